"use client";

import Link from "next/link";
import { CodeBlock } from "@/components/ui/code-block";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { KeyValue } from "@/components/ui/key-value";
import { Note } from "@/components/ui/note";
import { SecretOnce } from "@/components/ui/secret-once";
import { Time } from "@/components/ui/time/time";
import type { GrantAnswer, Granted } from "@/lib/domain/tokens/grant-answer";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { tryCommand } from "@/lib/domain/tokens/try-grant";

/** What became of a grant: the token, once, or that it waits. */
export function GrantedDialog({ answer, request, onClose }: { answer: GrantAnswer; request: Pick<GrantRequestInput, "revokeReplaced">; onClose: () => void }) {
  if (answer.outcome === "waiting") return <Waiting answer={answer} onClose={onClose} />;
  return <Secret granted={answer} revoked={request.revokeReplaced === true} onClose={onClose} />;
}

function Secret({ granted, revoked, onClose }: { granted: Granted; revoked: boolean; onClose: () => void }) {
  const { holder, label, token, tokenId, username, clientId, host, port, tlsPort, expiresAt, words } = granted;
  const command = tryCommand(granted);
  const file = `${JSON.stringify({ host, port, username, clientId, token }, undefined, 2)}\n`;
  return (
    <SecretOnce
      title={`A new token for ${holder.name}${label ? `: ${label}` : ""}`}
      what={words.can[0]}
      secret={token}
      file={{ name: `sallyport-${tokenId}.json`, content: file }}
      onClose={onClose}
    >
      {revoked && !granted.revokedReplaced ? (
        <Note tone="warn" mark="tamper" role="alert">
          The token that it replaces could not be revoked and is still valid. Revoke it on the tokens page.
        </Note>
      ) : null}
      <KeyValue
        rows={[
          ["User name", <code key="u">{username}</code>],
          ["Password", "the token above"],
          ["Client id", <code key="c">{clientId}</code>],
          ["Broker", <code key="b">{`${host}:${port}`}</code>],
          ["with TLS", <code key="t">{`${host}:${tlsPort}`}</code>],
          ["Ends", <Time key="e" at={expiresAt} focusable />],
        ]}
      />
      {command ? <CodeBlock label="Try it now" code={command} /> : null}
    </SecretOnce>
  );
}

function Waiting({ answer, onClose }: { answer: Extract<GrantAnswer, { outcome: "waiting" }>; onClose: () => void }) {
  return (
    <ConfirmDialog title="This grant waits for a second admin" confirmLabel="Close" onConfirm={onClose} onClose={onClose}>
      <p>
        No token was made. Another admin decides under <Link href={`/tokens/approvals?request=${answer.grantRequestId}`}>Approvals</Link>; once approved, you
        collect the token there. It is over <Time at={answer.expiresAt} focusable />.
      </p>
    </ConfirmDialog>
  );
}
