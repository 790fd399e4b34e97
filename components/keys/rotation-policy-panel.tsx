"use client";

import { Button, NumberInput, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FieldPair } from "@/components/ui/form-frame";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { setRotationPolicy } from "@/lib/client/commands/keys";
import { rotationPolicyQuery } from "@/lib/client/queries/keys";
import { useSession } from "@/lib/client/session";
import type { RotationPolicyView } from "@/lib/domain/encryption/rotation-policy";
import classes from "./keys-page.module.css";

/** When rotations begin by themselves. */
export function RotationPolicyPanel() {
  const { fleet, can } = useSession();
  const policy = useQuery(rotationPolicyQuery(fleet.id));
  return (
    <Panel title="Rotations that begin by themselves">
      <Loaded query={policy} what="the rotation policy">
        {(data) => (can("keys:rotate") ? <Form key={JSON.stringify(data)} policy={data} /> : <Shown policy={data} />)}
      </Loaded>
    </Panel>
  );
}

function Shown({ policy }: { policy: RotationPolicyView }) {
  const yes = (value: boolean) => (value ? "yes" : "no");
  return (
    <KeyValue
      rows={[
        ["By calendar", policy.everyDays === null ? "never" : `when a key is ${policy.everyDays} days old`],
        ["By message count", `when a key has sealed ${policy.afterMessages.toLocaleString("en")} messages`],
        ["When a member leaves", yes(policy.whenMemberLeaves)],
        ["When tampering is suspected", yes(policy.whenTamperSuspected)],
      ]}
    />
  );
}

function Form({ policy }: { policy: RotationPolicyView }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const [draft, setDraft] = useState(policy);
  const save = useMutation({
    mutationFn: () => setRotationPolicy(fleet.id, draft),
    onSuccess: (data) => client.setQueryData(rotationPolicyQuery(fleet.id).queryKey, data),
  });
  const change = (changes: Partial<RotationPolicyView>) => setDraft({ ...draft, ...changes });
  return (
    <form
      className={classes.policy}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <FieldPair>
        <NumberInput
          label="A key gets no older than, days"
          description="Empty: never by calendar."
          value={draft.everyDays ?? ""}
          min={1}
          max={3_650}
          allowDecimal={false}
          onChange={(value) => change({ everyDays: value === "" ? null : Number(value) })}
        />
        <NumberInput
          label="A key seals no more than, messages"
          description="GCM allows 4,294,967,296."
          value={draft.afterMessages}
          min={1}
          max={2 ** 32}
          allowDecimal={false}
          thousandSeparator=","
          onChange={(value) => change({ afterMessages: Number(value) || 1 })}
        />
      </FieldPair>
      <Switch
        label="When a member leaves"
        description="Exactly the devices whose keys their browser had fetched."
        checked={draft.whenMemberLeaves}
        onChange={(event) => change({ whenMemberLeaves: event.currentTarget.checked })}
      />
      <Switch
        label="When tampering with a device is suspected"
        description="That device, at once. Its former key is refused as soon as the new one is used."
        checked={draft.whenTamperSuspected}
        onChange={(event) => change({ whenTamperSuspected: event.currentTarget.checked })}
      />
      <FieldPair>
        <NumberInput
          label="Canary, devices"
          value={draft.canaryCount}
          min={0}
          max={1_000}
          allowDecimal={false}
          onChange={(value) => change({ canaryCount: Number(value) })}
        />
        <NumberInput
          label="Each wave, % of the others"
          value={draft.wavePercent}
          min={1}
          max={100}
          allowDecimal={false}
          onChange={(value) => change({ wavePercent: Number(value) || 1 })}
        />
      </FieldPair>
      <NumberInput
        label="Halt when more than, % fail"
        description="100: never. Of the devices that are there."
        value={draft.abortPercent}
        min={0}
        max={100}
        allowDecimal={false}
        onChange={(value) => change({ abortPercent: Number(value) })}
      />
      {save.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {save.error.message}
        </Note>
      ) : null}
      <div>
        <Button type="submit" loading={save.isPending} disabled={JSON.stringify(draft) === JSON.stringify(policy)}>
          Save policy
        </Button>
      </div>
    </form>
  );
}
