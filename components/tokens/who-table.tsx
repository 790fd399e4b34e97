"use client";

import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import type { WhoCan } from "@/lib/domain/tokens/who-can";
import classes from "./who-table.module.css";

type Found = WhoCan["allowed"][number];

const COLUMNS: DataColumn<Found>[] = [
  { key: "holder", head: "Holder", cell: ({ token }) => <Holder token={token} /> },
  { key: "scope", head: "By its scope", phone: "full", cell: (found) => <DecidingScope found={found} /> },
  {
    key: "used",
    head: "Last used",
    tight: true,
    phone: "full",
    label: "used",
    cell: ({ token: { connected, lastUsedAt } }) =>
      connected > 0 ? <StateMark state="online" word="connected now" /> : lastUsedAt ? <Time at={lastUsedAt} focusable /> : "never",
  },
  { key: "ends", head: "Ends", tight: true, phone: "end", cell: ({ token }) => <Time at={token.expiresAt} focusable /> },
];

/** Tokens, each with the scope of it that decided. */
export function WhoTable({ caption, found }: { caption: string; found: readonly Found[] }) {
  return <DataTable caption={caption} columns={COLUMNS} rows={found} rowKey={({ token }) => token.id} />;
}

const KINDS: Record<TokenView["subjectKind"], string> = { device: "device", console: "person", service: "service" };

function Holder({ token: { id, subjectKind, subject, subjectName, label } }: { token: TokenView }) {
  const name = subjectName ?? subject;
  return (
    <>
      {subjectKind === "device" ? <Link href={`/devices/${subject}`}>{name}</Link> : name}
      <Sub>
        {KINDS[subjectKind]}, <Link href={`/tokens/${id}`}>{label || "its token"}</Link>
      </Sub>
    </>
  );
}

function DecidingScope({ found: { token, scope } }: { found: Found }) {
  const decided = token.scopes[scope];
  if (!decided) return null;
  return (
    <code className={classes.scope}>
      {decided.permission} {decided.action} {decided.topic.split("/").slice(3).join("/")}
    </code>
  );
}
