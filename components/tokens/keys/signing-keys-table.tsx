"use client";

import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import type { SigningKeyList, SigningKeyView } from "@/lib/domain/tokens/signing-key-view";
import { SIGNING_KEY_MARKS, STATE_SENTENCES } from "./signing-key-words";

export function SigningKeysTable({ list, onRetire }: { list: SigningKeyList; onRetire: (kid: string) => void }) {
  const columns = [KID, STATE, SIGNS, tokensColumn(list.counted), LAST, ...(list.mayRotate ? [retireColumn(onRetire)] : [])];
  return <DataTable caption="Signing keys" columns={columns} rows={list.items} rowKey={({ kid }) => kid} />;
}

type Column = DataColumn<SigningKeyView>;

const KID: Column = {
  key: "kid",
  head: "Key",
  cell: ({ kid, createdAt }) => (
    <>
      <code>{kid}</code>
      <Sub>
        made <Time at={createdAt} focusable />
      </Sub>
    </>
  ),
};

const STATE: Column = {
  key: "state",
  head: "State",
  phone: "full",
  cell: ({ state }) => (
    <>
      <StateMark {...SIGNING_KEY_MARKS[state]} />
      <Sub>{STATE_SENTENCES[state]}</Sub>
    </>
  ),
};

const SIGNS: Column = { key: "signs", head: "Signs", phone: "full", cell: (key) => <Signs signingKey={key} /> };

function Signs({ signingKey: { signsFrom, signsUntil, retiredAt } }: { signingKey: SigningKeyView }) {
  if (retiredAt !== null && retiredAt <= signsFrom)
    return (
      <>
        never signed
        <Sub>
          withdrawn <Time at={retiredAt} focusable />
        </Sub>
      </>
    );
  return (
    <>
      from <Time at={signsFrom} form="moment" focusable />
      {signsUntil === null ? null : (
        <>
          {" "}
          until <Time at={signsUntil} form="moment" focusable />
        </>
      )}
      {retiredAt === null ? null : (
        <Sub>
          retired <Time at={retiredAt} focusable />
        </Sub>
      )}
    </>
  );
}

/** The number of this fleet leads to its list. */
function tokensColumn(counted: SigningKeyList["counted"]): Column {
  return {
    key: "tokens",
    head: "Tokens that hold",
    phone: "full",
    label: "tokens that hold:",
    cell: ({ kid, tokens, tokensInFleet }) => {
      const here =
        tokensInFleet === 0 ? "0" : <Link href={`/tokens?view=live&q=${encodeURIComponent(`kid:${kid}`)}`}>{tokensInFleet.toLocaleString("en")}</Link>;
      if (counted === "fleet" || tokens === tokensInFleet) return here;
      return (
        <>
          {tokens.toLocaleString("en")}
          <Sub>{here} in this fleet</Sub>
        </>
      );
    },
  };
}

const LAST: Column = {
  key: "last",
  head: "Last one ends",
  tight: true,
  phone: "full",
  label: "the last one ends",
  cell: ({ lastExpiresAt }) => (lastExpiresAt === null ? null : <Time at={lastExpiresAt} focusable />),
};

function retireColumn(onRetire: (kid: string) => void): Column {
  return {
    key: "retire",
    head: <span className="visually-hidden">Actions</span>,
    align: "end",
    phone: "end",
    tight: true,
    cell: ({ kid, state }) =>
      state === "upcoming" || state === "verifying" ? (
        <Button size="compact-sm" data-tone="danger" onClick={() => onRetire(kid)} aria-label={`${state === "upcoming" ? "Withdraw" : "Retire"} ${kid}`}>
          {state === "upcoming" ? "Withdraw…" : "Retire…"}
        </Button>
      ) : null,
  };
}
