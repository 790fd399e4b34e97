"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { PageTitle } from "@/lib/client/page-title";
import { tokenQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { TokenDetail } from "@/lib/domain/tokens/token-detail";
import { GrantWordsList } from "./grant-words-list";
import { TokenActions } from "./token-actions";
import { TokenConnections, TokenSessions } from "./token-connections";
import { TokenOrigin } from "./token-origin";
import classes from "./token-page.module.css";
import { TokenScopes } from "./token-scopes";

/** What can this token do, and who has it? */
export function TokenPage({ tokenId }: { tokenId: string }) {
  const { fleet, can } = useSession();
  const token = useQuery({ ...tokenQuery(fleet.id, tokenId), enabled: can("tokens:read") });
  if (!can("tokens:read"))
    return (
      <>
        <PageTitle answer="Token" />
        <h1 className="visually-hidden">Token</h1>
        <NoPermission framed what="tokens" role={fleet.role} needs={rolesWith("tokens:read")} />
      </>
    );
  if (token.error instanceof ApiError && token.error.code === "not_found")
    return (
      <>
        <PageTitle answer="No such token" />
        <h1 className="visually-hidden">No such token</h1>
        <EmptyState framed title="No such token in this fleet" actions={<Link href="/tokens">All tokens</Link>}>
          It may belong to a fleet that you are not in.
        </EmptyState>
      </>
    );
  return (
    <>
      {token.data ? null : (
        <>
          <PageTitle answer="Token" />
          <h1 className="visually-hidden">Token</h1>
        </>
      )}
      <Loaded query={token} what="this token">
        {(data) => <Detail token={data} />}
      </Loaded>
    </>
  );
}

function Detail({ token }: { token: TokenDetail }) {
  const holder = token.subjectName ?? token.subject;
  const answer = token.label ? `“${token.label}” of ${holder}` : `A token of ${holder}`;
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} beside={<State token={token} />} why={<Why token={token} />} actions={<TokenActions token={token} />} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title="What it can do">
            <GrantWordsList words={token.words} />
          </Panel>
          <TokenScopes token={token} />
          <TokenSessions token={token} />
        </div>
        <div className={classes.stack}>
          <TokenConnections token={token} />
          <TokenOrigin token={token} />
        </div>
      </div>
    </div>
  );
}

function State({ token: { state, connected } }: { token: TokenDetail }) {
  if (state === "revoked") return <StateMark state="offline" word="Revoked" large />;
  if (state === "expired") return <StateMark state="waiting" word="Expired" large />;
  return connected > 0 ? <StateMark state="online" word="Live, connected now" large /> : <StateMark state="never_seen" word="Live, not connected" large />;
}

function Why({ token: { state, expiresAt, revokedAt, revokedReason } }: { token: TokenDetail }) {
  if (state === "revoked" && revokedAt)
    return (
      <>
        Revoked <Time at={revokedAt} focusable />: {revokedReason}
      </>
    );
  return (
    <>
      {state === "expired" ? "Ended" : "Ends"} <Time at={expiresAt} focusable />
    </>
  );
}
