"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { KeyValue } from "@/components/ui/key-value";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import { KIND_WORDS } from "./token-search";

/** Who has it, who gave it, and how it hangs together with others. */
export function TokenOrigin({ token }: { token: TokenDetail }) {
  const { subjectKind, subject, subjectName, clientId, grantedBy, issuedAt, expiresAt, batchId, batchSize, replaces, replacedBy, meta, kid, id } = token;
  const name = subjectName ?? subject;
  const rows: (readonly [string, ReactNode])[] = [
    ["Holder", subjectKind === "device" ? <Link href={`/devices/${subject}`}>{name}</Link> : `${name} (${KIND_WORDS[subjectKind]})`],
    ["User name", <code key="u">{subject}</code>],
    ["Client id", <code key="c">{clientId ?? (subjectKind === "device" ? subject : "any")}</code>],
    ["Granted by", grantedBy || "the platform"],
    ["Granted", <Time key="i" at={issuedAt} focusable />],
    ["Ends", <Time key="e" at={expiresAt} focusable />],
    ...(batchId
      ? [
          [
            "Batch",
            <Link key="b" href={`/tokens?q=${encodeURIComponent(`batch:${batchId}`)}`}>
              {batchSize.toLocaleString("en")} granted together
            </Link>,
          ] as const,
        ]
      : []),
    ...(replaces ? [["Replaces", <Related key="r" token={replaces} />] as const] : []),
    ...replacedBy.map((one) => ["Replaced by", <Related key={one.id} token={one} />] as const),
    ...Object.entries(meta).map(([key, value]) => [key, String(value)] as const),
    [
      "Refused",
      <Link key="f" href={`/refusals?token=${id}`}>
        What brokers refused it
      </Link>,
    ],
    [
      "Signed by",
      <Link key="k" href="/tokens/keys">
        <code>{kid ?? "an unknown key"}</code>
      </Link>,
    ],
    ["Id", <code key="id">{id}</code>],
  ];
  return (
    <Panel title="Who has it, and from whom">
      <KeyValue rows={rows} />
    </Panel>
  );
}

function Related({ token: { id, label, state } }: { token: NonNullable<TokenDetail["replaces"]> }) {
  return (
    <>
      <Link href={`/tokens/${id}`}>{label || id}</Link> ({state})
    </>
  );
}
