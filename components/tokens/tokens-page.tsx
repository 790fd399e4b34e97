"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ExportMenu } from "@/components/ui/export-menu";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { tokensQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { TOKEN_LIST_VIEWS, type TokenListView } from "@/lib/domain/tokens/token-list";
import type { TokenView } from "@/lib/domain/tokens/token-view";
import { sameAgain } from "./same-again";
import { tokenName } from "./token-name";
import { TokenQueryBox } from "./token-query-box";
import { KIND_WORDS, KINDS, useTokenSearch, VIEW_WORDS } from "./token-search";
import { TokenTable } from "./token-table";
import { TokenTabs } from "./token-tabs";
import classes from "./tokens-page.module.css";

const RevokeDialog = dynamic(() => import("./revoke-dialog").then((module) => module.RevokeDialog), { ssr: false });
const RevokeManyDialog = dynamic(() => import("./revoke-many-dialog").then((module) => module.RevokeManyDialog), { ssr: false });
const ReplaceTokenDialog = dynamic(() => import("./replace-token-dialog").then((module) => module.ReplaceTokenDialog), { ssr: false });

/** Who may come in, and with what? */
export function TokensPage() {
  const { fleet, can } = useSession();
  const [{ view, kind, q, tabs }, setSearch] = useTokenSearch();
  const [revokingMany, setRevokingMany] = useState(false);
  // Here, not with the rows: what was revoked leaves them while its receipt still fills in.
  const [replacing, setReplacing] = useState<TokenView>();
  const [revoking, setRevoking] = useState<TokenView>();
  const mayRead = can("tokens:read");
  const filter = { view, kind: kind ?? undefined, q: q || undefined, tabs: tabs ? ("true" as const) : undefined };
  const list = useInfiniteQuery({ ...tokensQuery(fleet.id, filter), enabled: mayRead });
  const first = list.data?.pages[0];
  const answer = first ? VIEW_WORDS[view].answer(first.total.toLocaleString("en"), first.total === 1 ? "" : "s") : "Tokens";
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = q !== "" || kind !== null;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        actions={
          <>
            {mayRead && (first?.total ?? 0) > 0 ? <ExportMenu path="/tokens/export" filter={{ ...filter, fleet: fleet.id }} /> : null}
            {can("tokens:revoke") ? <Button onClick={() => setRevokingMany(true)}>Revoke many…</Button> : null}
            {can("tokens:grant") ? (
              <Button variant="filled" component={Link} href="/tokens/grant">
                Grant access
              </Button>
            ) : null}
          </>
        }
        why="Deny by default: a holder can do exactly what its token lists, until it ends."
      />
      <TokenTabs />
      {mayRead ? (
        <>
          <div className={classes.query}>
            <TokenQueryBox value={q} onCommit={(typed) => void setSearch({ q: typed })} />
            <FilterChips
              legend="View"
              chosen={[view]}
              onToggle={(key) => void setSearch({ view: key as TokenListView })}
              chips={TOKEN_LIST_VIEWS.map((key) => ({ key, label: VIEW_WORDS[key].label, count: first?.views[key] }))}
            />
            <FilterChips
              legend="Holder"
              chosen={[...(kind ? [kind] : []), ...(tabs ? ["tabs"] : [])]}
              onToggle={(key) => void setSearch(key === "tabs" ? { tabs: !tabs } : { kind: KINDS.find((one) => one === key && one !== kind) ?? null })}
              chips={[...KINDS.map((key) => ({ key, label: KIND_WORDS[key] })), { key: "tabs", label: "open browser tabs too" }]}
            />
          </div>
          <Loaded query={list} what="tokens">
            {() => (
              <Rows
                items={items}
                total={first?.total ?? 0}
                view={view}
                onClear={filtered ? () => void setSearch({ q: null, kind: null }) : undefined}
                onReplace={setReplacing}
                onRevoke={setRevoking}
                more={list.hasNextPage ? { busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() } : undefined}
              />
            )}
          </Loaded>
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

interface RowsProps {
  items: readonly TokenView[];
  total: number;
  view: TokenListView;
  onClear: (() => void) | undefined;
  more: { busy: boolean; load: () => void } | undefined;
  onReplace: (token: TokenView) => void;
  onRevoke: (token: TokenView) => void;
}

function Rows({ items, total, view, onClear, more, onReplace, onRevoke }: RowsProps) {
  const { can } = useSession();
  if (items.length === 0)
    return onClear ? (
      <EmptyState framed title="No token matches" actions={<Button onClick={onClear}>Clear the search</Button>}>
        Every word has to be found in its holder, label or id, and every condition has to hold.
      </EmptyState>
    ) : (
      <EmptyState framed title={VIEW_WORDS[view].answer("No", "")}>
        {VIEW_WORDS[view].empty}
      </EmptyState>
    );
  return (
    <>
      <Panel title={ORDER[view] ?? "Newest first"} flush footer={`${items.length.toLocaleString("en")} of ${total.toLocaleString("en")} shown`}>
        <TokenTable tokens={items} onReplace={can("tokens:grant") ? onReplace : undefined} onRevoke={can("tokens:revoke") ? onRevoke : undefined} />
      </Panel>
      {more ? (
        <div>
          <Button onClick={more.load} loading={more.busy}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  );
}

const ORDER: Partial<Record<TokenListView, string>> = {
  renewals: "What ends next is first",
  expired: "What ended last is first",
  revoked: "What was revoked last is first",
};
