"use client";

import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import formClasses from "@/components/ui/form.module.css";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { revokeTokens } from "@/lib/client/commands/revocations";
import { revocationPreviewQuery } from "@/lib/client/queries/revocations";
import { useSession } from "@/lib/client/session";
import type { RevocationPreview, RevocationSelector } from "@/lib/domain/tokens/revocation-view";
import { leftWithoutWords, sessionWords, tokenCount } from "@/lib/domain/tokens/revocation-words";

interface RevokeFormProps {
  selector: RevocationSelector;
  name?: string | undefined;
  onRevoked: (revocationId: string) => void;
  onCancel: () => void;
}

/** The exact count first; then a reason, and for more than one token something to type. */
export function RevokeForm({ selector, name, onRevoked, onCancel }: RevokeFormProps) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const preview = useQuery(revocationPreviewQuery(fleet.id, selector));
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const revoke = useMutation({
    mutationFn: (expectedTokens: number) => revokeTokens(fleet.id, { selector, reason: reason.trim() || "revoked in the console", expectedTokens }),
    onSuccess: async ({ revocationId }) => {
      onRevoked(revocationId);
      await Promise.all(["tokens", "devices", "revocations"].map((noun) => client.invalidateQueries({ queryKey: [fleet.id, noun] })));
    },
    // The number is another one by now: it is shown, and what was typed for the old one does not count.
    onError: async () => {
      setTyped("");
      await preview.refetch();
    },
  });
  const tokens = preview.data?.tokens ?? 0;
  const toType = tokens > 1 ? (name ?? `revoke ${tokens}`) : undefined;
  const ready = tokens > 0 && !preview.isFetching && (toType === undefined || typed.trim() === toType);
  return (
    <form
      className={formClasses.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) revoke.mutate(tokens);
      }}
    >
      <Loaded query={preview} what="what would be revoked" loading={<LoadingRows rows={3} />}>
        {(data) => <Consequences preview={data} />}
      </Loaded>
      {tokens > 0 ? (
        <TextInput
          label="Reason"
          description="Kept with it, and signed in the receipt."
          placeholder="revoked in the console"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autoComplete="off"
        />
      ) : null}
      {toType === undefined ? null : (
        <TextInput label={`Type ${toType} to confirm`} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" />
      )}
      {revoke.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {revoke.error.message}
        </Note>
      ) : null}
      <div className={formClasses.actions}>
        <Button onClick={onCancel} disabled={revoke.isPending}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" data-tone="danger" disabled={!ready} loading={revoke.isPending}>
          {tokens > 1 ? `Revoke ${tokenCount(tokens)} now` : "Revoke now"}
        </Button>
      </div>
    </form>
  );
}

function Consequences({ preview }: { preview: RevocationPreview }) {
  if (preview.tokens === 0) return <p>No token that still holds is meant by this. There is nothing to revoke.</p>;
  return (
    <>
      <KeyValue
        rows={[
          ["Tokens", preview.live === preview.tokens ? preview.tokens.toLocaleString("en") : `${preview.tokens} (${preview.live} valid, the rest just ended)`],
          ["Sessions open now", sessionWords(preview.sessions)],
          ["Devices left without any", leftWithoutWords(preview.devicesLeftWithout)],
        ]}
      />
      <p>Sessions are cut at once, and nobody can connect with {preview.tokens === 1 ? "it" : "them"} again. This cannot be undone.</p>
    </>
  );
}
