"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { scopeLine } from "@/lib/domain/tokens/grant-words";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { KIND_WORDS } from "./token-search";
import classes from "./tokens-page.module.css";

interface TokenTableProps {
  tokens: readonly TokenView[];
  /** What the reader may do with a valid token; left out: nothing. */
  onReplace: ((token: TokenView) => void) | undefined;
  onRevoke: ((token: TokenView) => void) | undefined;
}

const COLUMNS: DataColumn<TokenView>[] = [
  {
    key: "holder",
    head: "Holder",
    cell: ({ id, subjectKind, subject, subjectName, label }) => (
      <>
        <Link href={`/tokens/${id}`}>{subjectName ?? subject}</Link>
        <Sub>{[KIND_WORDS[subjectKind], label || "no label"].join(", ")}</Sub>
      </>
    ),
  },
  { key: "scopes", head: "May", phone: "full", cell: (token) => <May token={token} /> },
  { key: "used", head: "Used", tight: true, phone: "full", label: "used", cell: (token) => <Used token={token} /> },
  {
    key: "issued",
    head: "Granted",
    tight: true,
    phone: "skip",
    cell: ({ issuedAt, grantedBy }) => (
      <>
        <Time at={issuedAt} focusable />
        <Sub>by {grantedBy || "the platform"}</Sub>
      </>
    ),
  },
  { key: "ends", head: "Ends", tight: true, phone: "end", cell: (token) => <Ends token={token} /> },
];

export function TokenTable({ tokens, onReplace, onRevoke }: TokenTableProps) {
  const actions: DataColumn<TokenView> = {
    key: "actions",
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
  };
  return <DataTable caption="Tokens" columns={onReplace || onRevoke ? [...COLUMNS, actions] : COLUMNS} rows={tokens} rowKey={({ id }) => id} />;
}

const nameOf = ({ label, subjectName, subject }: TokenView) => `the token ${label} of ${subjectName ?? subject}`;

function May({ token }: { token: TokenView }) {
  const { replacesId, batchId } = token;
  const origin = [replacesId ? "replaces another" : "", batchId ? "granted in a batch" : ""].filter(Boolean).join(", ");
  return (
    <>
      <span className={classes.scopes}>{scopeLine(token)}</span>
      {origin ? <Sub>{origin}</Sub> : null}
    </>
  );
}

function Used({ token: { connected, connections, lastUsedAt, scopesUsed, scopesAllowing } }: { token: TokenView }) {
  const part = lastUsedAt !== null && scopesUsed < scopesAllowing ? `${scopesUsed} of ${scopesAllowing} scopes` : "";
  const [newest] = connections;
  if (!newest)
    return (
      <>
        {lastUsedAt ? <Time at={lastUsedAt} focusable /> : "never"}
        {part ? <Sub>{part}</Sub> : null}
      </>
    );
  const where = [newest.broker === "embedded" ? "" : newest.broker, newest.address ?? ""].filter(Boolean).join(", ");
  return (
    <>
      <StateMark state="online" word={connected === 1 ? "connected now" : `${connected} sessions now`} />
      <Sub>{[where, part].filter(Boolean).join(", ")}</Sub>
    </>
  );
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
