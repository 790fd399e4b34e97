"use client";

import { Button, NumberInput, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { changeTokenPolicy } from "@/lib/client/commands/grants";
import { tokenPolicyQuery } from "@/lib/client/queries/grants";
import { useSession } from "@/lib/client/session";
import { minutesInWords, type TokenPolicy } from "@/lib/domain/tokens/grant-policy";
import classes from "./approvals-page.module.css";

const DAY = 1_440;

/** What the fleet says about its tokens; a form for who may change it. */
export function PolicyPanel() {
  const { fleet } = useSession();
  const policy = useQuery(tokenPolicyQuery(fleet.id));
  return (
    <Panel title="Policy of this fleet">
      <Loaded query={policy} what="the token policy">
        {(data) => <Policy key={JSON.stringify(data)} policy={data} />}
      </Loaded>
    </Panel>
  );
}

function Policy({ policy }: { policy: TokenPolicy }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [draft, setDraft] = useState(policy);
  const save = useMutation({
    mutationFn: () => changeTokenPolicy(fleet.id, draft),
    onSuccess: (data) => client.setQueryData(tokenPolicyQuery(fleet.id).queryKey, data),
  });
  if (!can("tokens:grant"))
    return (
      <p>
        A token lives {minutesInWords(policy.maxMinutes)} at most.{" "}
        {policy.fourEyes ? `A wide grant, or one from ${minutesInWords(policy.longFromMinutes)} on, needs a second admin.` : "One admin alone grants."} A device
        whose token expired finds home by its identity key for {policy.homeGraceDays} days.
      </p>
    );
  return (
    <form
      className={classes.policy}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Minutes label="Longest life, minutes" value={draft.maxMinutes} onChange={(maxMinutes) => setDraft({ ...draft, maxMinutes })} />
      <Switch
        label="Four eyes"
        description="A wide or long grant needs a second admin. A device's default grant never does."
        checked={draft.fourEyes}
        onChange={(event) => setDraft({ ...draft, fourEyes: event.currentTarget.checked })}
      />
      {draft.fourEyes ? (
        <Minutes label="Long from, minutes" value={draft.longFromMinutes} onChange={(longFromMinutes) => setDraft({ ...draft, longFromMinutes })} />
      ) : null}
      <NumberInput
        label="Way home, days"
        description="So long after its token expired a device gets another one by its identity key alone. After that, and when a person took it back, a person agrees first."
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.homeGraceDays}
        min={0}
        max={3_650}
        allowDecimal={false}
        onChange={(next) => setDraft({ ...draft, homeGraceDays: Math.max(0, Number(next) || 0) })}
      />
      {save.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {save.error.message}
        </Note>
      ) : null}
      <div className={classes.actions}>
        <Button type="submit" loading={save.isPending} disabled={JSON.stringify(draft) === JSON.stringify(policy)}>
          Save policy
        </Button>
      </div>
    </form>
  );
}

function Minutes({ label, value, onChange }: { label: string; value: number; onChange: (minutes: number) => void }) {
  return (
    <NumberInput
      label={label}
      description={minutesInWords(value)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={value}
      min={1}
      max={365 * DAY}
      allowDecimal={false}
      onChange={(next) => onChange(Math.max(1, Number(next) || 1))}
    />
  );
}
