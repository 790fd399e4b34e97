"use client";

import { ActionIcon, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Icon } from "@/components/ui/icon";
import { matchCountQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import { BRANCHES } from "@/lib/domain/tokens/branches";
import { DOES, type Does, type DraftRow, READS } from "@/lib/domain/tokens/grant-draft";
import classes from "./grant-page.module.css";

const DOES_WORDS: Record<Does, string> = { read: "Read", write: "Write", "never read": "Never read", "never write": "Never write" };
/** What somebody may be granted at all, for the two directions. */
const choices = (does: Does) =>
  BRANCHES.filter((branch) => branch[READS.includes(does) ? "read" : "write"].length > 0).map(({ name, noun }) => ({ value: name, label: name, noun }));

interface GrantRowProps {
  row: DraftRow;
  number: number;
  onChange: (changes: Partial<DraftRow>) => void;
  onRemove: () => void;
}

export function GrantRow({ row, number, onChange, onRemove }: GrantRowProps) {
  const { does, kind, on, query } = row;
  const branches = choices(does);
  const setDoes = (value: string | null) => {
    const next = DOES.find((one) => one === value) ?? "read";
    const fits = kind === "topic" || choices(next).some((choice) => choice.value === on);
    onChange({ does: next, ...(fits ? {} : { on: choices(next)[0]?.value ?? "" }) });
  };
  const ofFleet = BRANCHES.some(({ name, of }) => name === on && of === "fleet");
  return (
    <fieldset className={classes.row} data-deny={does.startsWith("never") ? "" : undefined}>
      <legend className="visually-hidden">Row {number}</legend>
      <Select
        aria-label="Action"
        className={classes.does}
        value={does}
        onChange={setDoes}
        data={DOES.map((value) => ({ value, label: DOES_WORDS[value] }))}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
      />
      {kind === "branch" ? (
        <Select
          aria-label="On"
          value={on}
          onChange={(value) => onChange({ on: value ?? "" })}
          data={branches}
          allowDeselect={false}
          className={`${classes.code} ${classes.on}`}
        />
      ) : (
        <TextInput
          aria-label="Topic filter"
          placeholder="+/presence"
          value={on}
          onChange={(event) => onChange({ on: event.currentTarget.value })}
          className={`${classes.code} ${classes.on}`}
        />
      )}
      {kind === "topic" ? (
        <Limits row={row} onChange={onChange} />
      ) : ofFleet ? (
        <span className={classes.whole}>of this fleet</span>
      ) : (
        <Devices query={query} onChange={onChange} />
      )}
      <ActionIcon aria-label={`Remove row ${number}`} onClick={onRemove} className={classes.remove}>
        <Icon name="close" size={12} />
      </ActionIcon>
    </fieldset>
  );
}

/** The devices of a row, and how many they are right now. */
function Devices({ query, onChange }: { query: string; onChange: GrantRowProps["onChange"] }) {
  const { fleet } = useSession();
  const [asked] = useDebouncedValue(query.trim(), 250);
  const count = useQuery(matchCountQuery(fleet.id, asked));
  return (
    <>
      <TextInput
        aria-label="Of devices"
        placeholder="every device, later ones too"
        value={query}
        onChange={(event) => onChange({ query: event.currentTarget.value })}
        error={count.error ? count.error.message : undefined}
        spellCheck={false}
        className={`${classes.code} ${classes.devices}`}
      />
      <span className={classes.match}>
        {count.data === undefined ? null : (
          <Link href={asked === "" ? "/devices" : `/devices?q=${encodeURIComponent(asked)}`} prefetch={false}>
            {count.data.toLocaleString("en")}
            <span className={classes.unit}> {count.data === 1 ? "device" : "devices"}</span>
          </Link>
        )}
      </span>
    </>
  );
}

function Limits({ row, onChange }: { row: DraftRow; onChange: GrantRowProps["onChange"] }) {
  return (
    <>
      <Select
        aria-label="Quality of service"
        className={classes.devices}
        value={row.qos}
        onChange={(value) => onChange({ qos: value === "0" || value === "1" ? value : "any" })}
        data={[
          { value: "any", label: "any QoS" },
          { value: "0", label: "QoS 0 only" },
          { value: "1", label: "QoS 1 only" },
        ]}
        allowDeselect={false}
      />
      <Select
        aria-label="Retained messages"
        className={classes.match}
        value={row.retain}
        onChange={(value) => onChange({ retain: value === "only" || value === "never" ? value : "any" })}
        data={[
          { value: "any", label: "retained or not" },
          { value: "only", label: "retained only" },
          { value: "never", label: "not retained" },
        ]}
        allowDeselect={false}
      />
    </>
  );
}
