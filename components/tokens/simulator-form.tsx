"use client";

import { Button, Checkbox, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { liveTokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import classes from "./simulator.module.css";
import { useSimulatorSearch } from "./simulator-search";

/** Who, what and how. The question is asked when it is sent off, not at each key. */
export function SimulatorForm() {
  const { fleet } = useSession();
  const [asked, setAsked] = useSimulatorSearch();
  const tokens = useQuery(liveTokensQuery(fleet.id));
  const [who, setWho] = useState(asked.token ?? asked.holder ?? "");
  const [draft, setDraft] = useState(asked);
  // Back and forward bring an earlier question; what is being typed is not one yet.
  useEffect(() => {
    setDraft(asked);
    setWho(asked.token ?? asked.holder ?? "");
  }, [asked]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void setAsked({ ...draft, topic: draft.topic.trim(), token: who.startsWith("tok_") ? who : null, holder: who.startsWith("tok_") ? null : who || null });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <Select
        label="Holder or token"
        placeholder="Choose one, or paste an id"
        searchable
        nothingFoundMessage="No live token of such a holder"
        data={choices(tokens.data?.items ?? [], who)}
        value={who || null}
        onChange={(value) => setWho(value ?? "")}
      />
      <div className={classes.row}>
        <SegmentedControl
          aria-label="Action"
          data={[
            { value: "publish", label: "Publish" },
            { value: "subscribe", label: "Subscribe" },
          ]}
          value={draft.action}
          onChange={(value) => setDraft({ ...draft, action: value === "subscribe" ? "subscribe" : "publish" })}
        />
        <SegmentedControl
          aria-label="Quality of service"
          data={["0", "1", "2"].map((value) => ({ value, label: `QoS ${value}` }))}
          value={draft.qos}
          onChange={(value) => setDraft({ ...draft, qos: value === "1" || value === "2" ? value : "0" })}
        />
        {draft.action === "publish" ? (
          <Checkbox label="Retained" checked={draft.retain} onChange={(event) => setDraft({ ...draft, retain: event.currentTarget.checked })} />
        ) : null}
      </div>
      <TextInput
        label={draft.action === "publish" ? "Topic" : "Filter"}
        description={draft.action === "publish" ? "One topic, without wildcards." : "With + and # where you like."}
        placeholder={`sp/v1/${fleet.id}/DEVICE_ID/up/telemetry`}
        spellCheck={false}
        autoComplete="off"
        value={draft.topic}
        onChange={(event) => setDraft({ ...draft, topic: event.currentTarget.value })}
      />
      <div>
        <Button type="submit" variant="filled" disabled={who === "" || draft.topic.trim() === ""}>
          Ask
        </Button>
      </div>
    </form>
  );
}

/** Holders first, then each token. What the address names is there too, whatever became of it. */
function choices(tokens: readonly TokenView[], chosen: string) {
  const holders = new Map(tokens.map(({ subject, subjectName }) => [subject, subjectName ?? subject]));
  const ofHolders = [...holders].map(([value, name]) => ({ value, label: `${name} (every live token)` }));
  const ofTokens = tokens.map(({ id, label, subject, subjectName }) => ({ value: id, label: `${subjectName ?? subject}: ${label || "no label"} (${id})` }));
  const known = chosen === "" || holders.has(chosen) || tokens.some(({ id }) => id === chosen);
  return [
    ...(known ? [] : [{ group: "From the address", items: [{ value: chosen, label: chosen }] }]),
    { group: "Holders", items: ofHolders },
    { group: "Tokens", items: ofTokens },
  ];
}
