"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { useSession } from "@/lib/client/session";
import { type GrantRequestInput, permissionsOfScopes } from "@/lib/domain/tokens/grant-request";
import { narrowScopes } from "@/lib/domain/tokens/narrow-scopes";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import { sameAgain } from "./same-again";
import { tokenName } from "./token-name";
import classes from "./token-page.module.css";

const RevokeDialog = dynamic(() => import("./revoke-dialog").then((module) => module.RevokeDialog), { ssr: false });
const ReplaceTokenDialog = dynamic(() => import("./replace-token-dialog").then((module) => module.ReplaceTokenDialog), { ssr: false });

type Open = "narrow" | "renew" | "json" | "revoke";

/** What can be done about a token, by who may. */
export function TokenActions({ token }: { token: TokenDetail }) {
  const { can } = useSession();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const live = token.state === "live";
  const holder = token.subjectName ?? token.subject;
  return (
    <>
      <Button onClick={() => setOpen("json")}>Duplicate as JSON</Button>
      {can("tokens:grant") ? (
        <>
          <Button onClick={() => setOpen("renew")}>Renew</Button>
          {live ? <Button onClick={() => setOpen("narrow")}>Replace by a narrower one</Button> : null}
        </>
      ) : null}
      {can("tokens:revoke") && live ? (
        <Button data-tone="danger" onClick={() => setOpen("revoke")}>
          Revoke
        </Button>
      ) : null}
      {open === "json" ? <JsonDialog request={requestOf(token)} onClose={close} /> : null}
      {open === "renew" ? (
        <ReplaceTokenDialog title={`Renew the token of ${holder}`} request={requestOf(token)} onClose={close}>
          A new token with the same rights and a new end. This one stays valid until it ends: revoke it when its holder uses the new one.
        </ReplaceTokenDialog>
      ) : null}
      {open === "narrow" ? <NarrowDialog token={token} onClose={close} /> : null}
      {open === "revoke" ? <RevokeDialog selector={{ tokenId: token.id }} what={tokenName(token)} onClose={close} /> : null}
    </>
  );
}

/** The request that grants the same again, what was noted included. */
function requestOf(token: TokenDetail): GrantRequestInput {
  const request = sameAgain(token);
  return { ...request, permissions: { ...request.permissions, meta: token.meta } };
}

function NarrowDialog({ token, onClose }: { token: TokenDetail; onClose: () => void }) {
  const { scopes, uses, watchedFrom, lastUsedAt, partlyUnseen } = token;
  // When the dialog opened: a proposal that changes under one's hands helps nobody.
  const [now] = useState(() => Date.now());
  const used = new Set(uses.flatMap(({ count }, index) => (count > 0 ? [index] : [])));
  const narrowing = narrowScopes(scopes, { used, watchedMs: now - Date.parse(watchedFrom), everConnected: lastUsedAt !== null });
  const caution = [
    narrowing.tooShort ? "It was watched for less than a week: what it does once a month was not seen." : "",
    partlyUnseen ? "What it does at Mosquitto is not counted." : "",
  ].filter(Boolean);
  if (narrowing.outcome !== "narrower")
    return (
      <Dialog title="There is nothing to leave out" onClose={onClose}>
        <div className={classes.narrow}>
          <p>{[narrowing.sentence, ...caution].join(" ")}</p>
          <Button onClick={onClose}>Close</Button>
        </div>
      </Dialog>
    );
  const request = requestOf(token);
  return (
    <ReplaceTokenDialog
      title={`A narrower token for ${token.subjectName ?? token.subject}`}
      request={{ ...request, permissions: { ...permissionsOfScopes(narrowing.scopes), meta: token.meta } }}
      onClose={onClose}
    >
      <p>{narrowing.sentence} Denies stay. The old token stays valid: revoke it when its holder uses the new one.</p>
      {caution.length > 0 ? <p>{`Not sure yet. ${caution.join(" ")}`}</p> : null}
    </ReplaceTokenDialog>
  );
}

function JsonDialog({ request, onClose }: { request: GrantRequestInput; onClose: () => void }) {
  const { replaces: _replaces, ...again } = request;
  return (
    <Dialog title="The same grant as JSON" onClose={onClose} size={620}>
      <p>
        The body of <code>POST /api/v1/grants</code> that gives the same holder the same rights for as long. Change what should differ.
      </p>
      <CodeBlock label="Grant as JSON" code={JSON.stringify(again, undefined, 2)} />
    </Dialog>
  );
}
