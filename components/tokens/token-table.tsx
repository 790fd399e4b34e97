"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { scopeLine } from "@/lib/domain/tokens/grant-words";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import classes from "./tokens-page.module.css";

interface TokenTableProps {
  tokens: readonly TokenView[];
  /** What the reader may do with a valid token; left out: nothing. */
  onReplace: ((token: TokenView) => void) | undefined;
  onRevoke: ((token: TokenView) => void) | undefined;
}

export function TokenTable({ tokens, onReplace, onRevoke }: TokenTableProps) {
  const columns: DataColumn<TokenView>[] = [
    {
      key: "holder",
      head: "Holder",
      cell: ({ subjectKind, subject, subjectName, label }) => (
        <>
          {subjectKind === "device" ? <Link href={`/devices/${subject}`}>{subjectName ?? subject}</Link> : (subjectName ?? subject)}
          <Sub>{label || "no label"}</Sub>
        </>
      ),
    },
    { key: "scopes", head: "May", phone: "full", cell: (token) => <span className={classes.scopes}>{scopeLine(token)}</span> },
    { key: "used", head: "Last used", tight: true, phone: "full", label: "used", cell: (token) => <Used token={token} /> },
    {
      key: "issued",
      head: "Granted",
      tight: true,
      phone: "skip",
      cell: ({ issuedAt, id }) => (
        <>
          <Time at={issuedAt} focusable />
          <Sub>
            <code>{id}</code>
          </Sub>
        </>
      ),
    },
    { key: "ends", head: "Ends", tight: true, phone: "end", cell: (token) => <Ends token={token} /> },
    {
      key: "revoke",
      head: <span className="visually-hidden">Actions</span>,
      align: "end",
      tight: true,
      phone: "full",
      cell: (token) =>
        token.state === "live" ? (
          <RowActions>
            {onReplace ? (
              <Button size="xs" onClick={() => onReplace(token)} aria-label={`Replace ${nameOf(token)}`}>
                Replace
              </Button>
            ) : null}
            {onRevoke ? (
              <Button size="xs" data-tone="danger" onClick={() => onRevoke(token)} aria-label={`Revoke ${nameOf(token)}`}>
                Revoke
              </Button>
            ) : null}
          </RowActions>
        ) : null,
    },
  ];
  return <DataTable caption="Tokens" columns={onReplace || onRevoke ? columns : columns.slice(0, -1)} rows={tokens} rowKey={({ id }) => id} />;
}

const nameOf = ({ label, subjectName, subject }: TokenView) => `the token ${label} of ${subjectName ?? subject}`;

function Used({ token: { connected, lastUsedAt } }: { token: TokenView }) {
  if (connected > 0) return <StateMark state="online" word={connected === 1 ? "connected now" : `${connected} sessions now`} />;
  return lastUsedAt ? <Time at={lastUsedAt} focusable /> : "never";
}

function Ends({ token: { state, expiresAt, revokedAt, revokedReason } }: { token: TokenView }) {
  if (state === "revoked" && revokedAt)
    return (
      <>
        revoked <Time at={revokedAt} focusable />
        <Sub>{revokedReason}</Sub>
      </>
    );
  return <Time at={expiresAt} focusable />;
}
