"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { PageTitle } from "@/lib/client/page-title";
import { tokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { sameAgain } from "./same-again";
import { TokenTable } from "./token-table";
import { TokenTabs } from "./token-tabs";
import classes from "./tokens-page.module.css";

const RevokeDialog = dynamic(() => import("./revoke-dialog").then((module) => module.RevokeDialog), { ssr: false });
const RevokeManyDialog = dynamic(() => import("./revoke-many-dialog").then((module) => module.RevokeManyDialog), { ssr: false });

const ReplaceTokenDialog = dynamic(() => import("./replace-token-dialog").then((module) => module.ReplaceTokenDialog), { ssr: false });

const stateParser = parseAsStringLiteral(["live", "expired", "revoked"]).withDefault("live");
const WORDS = { live: "valid", expired: "expired", revoked: "revoked" } as const;
const CHIPS = [
  { key: "live", label: <StateMark state="online" word="Valid" /> },
  { key: "expired", label: <StateMark state="waiting" word="Expired" /> },
  { key: "revoked", label: <StateMark state="offline" word="Revoked" /> },
];

const kindParser = parseAsStringLiteral(["device", "service", "console"]).withDefault("device");
const KIND_WORDS = { device: "devices", service: "services", console: "people" } as const;
const EMPTY_WORDS = {
  device: "A device gets its first token when it is added.",
  service: "A program of yours gets one by Grant access.",
  console: "Each open tab of the console has one for ten minutes; others are granted.",
} as const;
const KIND_CHIPS = [
  { key: "device", label: "Devices" },
  { key: "service", label: "Services" },
  { key: "console", label: "People" },
];

/** Who may come in, and with what? */
export function TokensPage() {
  const { fleet, can } = useSession();
  const [state, setState] = useQueryState("state", stateParser);
  const [kind, setKind] = useQueryState("kind", kindParser);
  const [replacing, setReplacing] = useState<TokenView>();
  const [revoking, setRevoking] = useState<TokenView>();
  const [revokingMany, setRevokingMany] = useState(false);
  const mayRead = can("tokens:read");
  const list = useInfiniteQuery({ ...tokensQuery(fleet.id, { kind, state }), enabled: mayRead });
  const total = list.data?.pages[0]?.total;
  const answer = total === undefined ? "Tokens" : `${total.toLocaleString("en")} ${WORDS[state]} ${total === 1 ? "token" : "tokens"} of ${KIND_WORDS[kind]}`;
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        why="Deny by default: a holder can do exactly what its token lists, until it ends."
        actions={
          can("tokens:revoke") || can("tokens:grant") ? (
            <>
              {can("tokens:revoke") ? <Button onClick={() => setRevokingMany(true)}>Revoke many…</Button> : null}
              {can("tokens:grant") ? (
                <Button variant="filled" component={Link} href="/tokens/grant">
                  Grant access
                </Button>
              ) : null}
            </>
          ) : null
        }
      />
      <TokenTabs />
      {mayRead ? (
        <>
          <FilterChips legend="Holders" chips={KIND_CHIPS} chosen={[kind]} onToggle={(key) => void setKind(kindParser.parse(key))} />
          <FilterChips legend="State" chips={CHIPS} chosen={[state]} onToggle={(key) => void setState(stateParser.parse(key))} />
          <Panel title="Newest first" flush footer={total === undefined ? undefined : `${items.length} of ${total} shown`}>
            <Loaded query={list} what="tokens">
              {() =>
                items.length > 0 ? (
                  <TokenTable
                    tokens={items}
                    onReplace={can("tokens:grant") ? setReplacing : undefined}
                    onRevoke={can("tokens:revoke") ? setRevoking : undefined}
                  />
                ) : (
                  <EmptyState title={`No ${WORDS[state]} token`}>{state === "live" ? EMPTY_WORDS[kind] : "None has come to this end yet."}</EmptyState>
                )
              }
            </Loaded>
          </Panel>
          {list.hasNextPage ? (
            <div>
              <Button onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
                Show older ones
              </Button>
            </div>
          ) : null}
        </>
      ) : (
        <NoPermission framed what="tokens" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
      {replacing ? (
        <ReplaceTokenDialog
          title={`Replace ${replacing.label ? `“${replacing.label}”` : "the token"} of ${replacing.subjectName ?? replacing.subject}`}
          request={sameAgain(replacing)}
          onClose={() => setReplacing(undefined)}
        >
          A new token with the same rights and a new end. The old one stays valid: revoke it when its holder uses the new one.
        </ReplaceTokenDialog>
      ) : null}
      {revoking ? <RevokeDialog selector={{ tokenId: revoking.id }} what={tokenName(revoking)} onClose={() => setRevoking(undefined)} /> : null}
      {revokingMany ? <RevokeManyDialog onClose={() => setRevokingMany(false)} /> : null}
    </div>
  );
}

function tokenName({ label, subjectName, subject }: TokenView): string {
  return `${label ? `“${label}”` : "this token"} of ${subjectName ?? subject}`;
}
