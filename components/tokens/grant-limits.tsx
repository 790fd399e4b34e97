"use client";

import { NumberInput, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { tokenPolicyQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import { minutesInWords } from "@/lib/domain/tokens/grant-policy";
import { GrantHolder } from "./grant-holder";
import classes from "./grant-page.module.css";
import type { GrantDraft } from "./use-grant-draft";

const PRESETS = [60, 480, 10_080, 43_200, 129_600] as const;

interface GrantLimitsProps {
  draft: GrantDraft;
  onChange: (changes: Partial<GrantDraft>) => void;
  onHold: (changes: Partial<GrantDraft["holder"]>) => void;
}

/** Who holds it, until when, from where. */
export function GrantLimits({ draft, onChange, onHold }: GrantLimitsProps) {
  const { fleet } = useSession();
  const policy = useQuery(tokenPolicyQuery(fleet.id));
  const most = policy.data?.maxMinutes;
  const presets = PRESETS.filter((minutes) => most === undefined || minutes <= most);
  const { holder, ttl, clientId, label, meta } = draft;
  return (
    <section className={classes.limits} aria-labelledby="grant-limits">
      <h2 id="grant-limits" className={classes.title}>
        <span>4</span> Limits
      </h2>
      <GrantHolder holder={holder} onHold={onHold} />
      <div className={classes.lifetime}>
        <NumberInput
          label="Lifetime, minutes"
          description={`${minutesInWords(ttl)}${most === undefined ? "" : `; at most ${minutesInWords(most)} in this fleet`}`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={ttl}
          min={1}
          max={most ?? 525_600}
          allowDecimal={false}
          onChange={(value) => onChange({ ttl: Math.max(1, Number(value) || 1) })}
        />
        <SegmentedControl
          aria-label="Lifetime"
          value={String(ttl)}
          onChange={(value) => onChange({ ttl: Number(value) })}
          data={presets.map((minutes) => ({ value: String(minutes), label: minutesInWords(minutes) }))}
          fullWidth
        />
      </div>
      {holder.kind === "device" ? null : (
        <TextInput
          label="Client id"
          description="Bound: nobody can take over its session. Empty: one is made."
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={clientId}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ clientId: event.currentTarget.value })}
        />
      )}
      <TextInput label="Label" value={label} autoComplete="off" maxLength={80} onChange={(event) => onChange({ label: event.currentTarget.value })} />
      <Textarea
        label="Metadata"
        description="order=7, one a line: carried in the token for its holder."
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={meta}
        rows={2}
        spellCheck={false}
        onChange={(event) => onChange({ meta: event.currentTarget.value })}
      />
    </section>
  );
}
