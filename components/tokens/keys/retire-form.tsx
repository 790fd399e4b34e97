"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import formClasses from "@/components/ui/form.module.css";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { retireSigningKey } from "@/lib/client/commands/signing-keys";
import { retirementPreviewQuery } from "@/lib/client/queries/signing-keys";
import { useSession } from "@/lib/client/session";
import { sessionWords, tokenCount } from "@/lib/domain/tokens/revocation-words";
import type { Retired, RetirementPreview, SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import { fleetWords } from "./signing-key-words";

interface RetireFormProps {
  signingKey: SigningKeyView;
  onRetired: (retired: Retired) => void;
  onCancel: () => void;
}

/** The exact count first; where tokens are met, a reason and something to type. */
export function RetireForm({ signingKey: { kid, state }, onRetired, onCancel }: RetireFormProps) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const preview = useQuery(retirementPreviewQuery(fleet.id, kid));
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const retire = useMutation({
    mutationFn: (expectedTokens: number) => retireSigningKey(fleet.id, { kid, reason: reason.trim() || "signing key retired", expectedTokens }),
    onSuccess: async (done) => {
      onRetired(done);
      await Promise.all(["signing-keys", "tokens", "devices", "revocations"].map((noun) => client.invalidateQueries({ queryKey: [fleet.id, noun] })));
    },
    // The number is another one by now: it is shown, and what was typed for the old one does not count.
    onError: async () => {
      setTyped("");
      await preview.refetch();
    },
  });
  const tokens = preview.data?.tokens;
  const toType = tokens ? `retire ${tokens}` : undefined;
  const ready = tokens !== undefined && !preview.isFetching && (toType === undefined || typed.trim() === toType);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) retire.mutate(tokens);
  };
  return (
    <form className={formClasses.form} onSubmit={submit}>
      <Loaded query={preview} what="what would be revoked" loading={<LoadingRows rows={4} />}>
        {(data) => <Consequences preview={data} />}
      </Loaded>
      {toType === undefined ? null : (
        <>
          <TextInput
            label="Reason"
            description="Kept with the revocations, and signed in their receipts."
            placeholder="signing key retired"
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            autoComplete="off"
          />
          <TextInput label={`Type ${toType} to confirm`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" />
        </>
      )}
      {retire.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {retire.error.message}
        </Note>
      ) : null}
      <div className={formClasses.actions}>
        <Button onClick={onCancel} disabled={retire.isPending}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" data-tone="danger" disabled={!ready} loading={retire.isPending}>
          {state === "upcoming" ? "Withdraw it now" : tokens ? `Retire, and revoke ${tokenCount(tokens)}` : "Retire now"}
        </Button>
      </div>
    </form>
  );
}

function Consequences({ preview }: { preview: RetirementPreview }) {
  const { state, tokens, fleets, sessions, devicesLeftWithout, renewedByThemselves } = preview;
  if (state === "upcoming") return <p>It has signed nothing. The present key goes on signing; the rotation is called off.</p>;
  return (
    <>
      <KeyValue
        rows={[
          ["Tokens it signed", tokens === 0 ? "none that holds" : tokens.toLocaleString("en")],
          ["In fleets", fleetWords(fleets)],
          ["Sessions open now", sessionWords(sessions)],
          ["Devices left without any", devicesLeftWithout === 0 ? "none" : devicesLeftWithout.toLocaleString("en")],
          ["Renewed by themselves", renewedByThemselves === 0 ? "none" : `${renewedByThemselves.toLocaleString("en")}, of open tabs and our own processes`],
        ]}
      />
      <p>
        {tokens === 0
          ? "Nobody loses anything. "
          : "These tokens are revoked in every fleet, each fleet with its receipt; their sessions are cut at once and nobody can connect with them again. "}
        The private part of the key is destroyed. This cannot be undone.
      </p>
    </>
  );
}
