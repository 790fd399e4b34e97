"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ShowMore } from "@/components/ui/show-more";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { revokeClaim } from "@/lib/client/commands/claims";
import { PageTitle } from "@/lib/client/page-title";
import { claimQuery, enrolmentsQuery } from "@/lib/client/queries/claims";
import { useSession } from "@/lib/client/session";
import type { ClaimDetail } from "@/lib/domain/claims/claim-view";
import { rolesWith } from "@/lib/domain/members/permissions";
import { APPROVAL_WORDS, CLAIM_MARKS, claimAnswer, MISUSED } from "./claim-words";
import classes from "./claims.module.css";
import { CodePanel } from "./code-panel";
import { EnrolmentTable, RefusedTable } from "./enrolment-table";
import { FunnelPanel } from "./funnel-panel";
import { MisuseNotes } from "./misuse-notes";
import { WaitingPanel } from "./waiting-panel";

/** Who came in by this code, and who was turned away? */
export function ClaimPage({ claimId }: { claimId: string }) {
  const { fleet, can } = useSession();
  const claim = useQuery({ ...claimQuery(fleet.id, claimId), enabled: can("claims:read") });
  if (!can("claims:read"))
    return (
      <>
        <PageTitle answer="Claim" />
        <h1 className="visually-hidden">Claim</h1>
        <NoPermission framed what="claims" role={fleet.role} needs={rolesWith("claims:read")} />
      </>
    );
  if (claim.error instanceof ApiError && claim.error.code === "not_found")
    return (
      <>
        <PageTitle answer="No such claim" />
        <h1 className="visually-hidden">No such claim</h1>
        <EmptyState framed title="No such claim in this fleet" actions={<Link href="/claims">All claims</Link>}>
          It may belong to a fleet that you are not in.
        </EmptyState>
      </>
    );
  return (
    <>
      {claim.data ? null : (
        <>
          <PageTitle answer="Claim" />
          <h1 className="visually-hidden">Claim</h1>
        </>
      )}
      <Loaded query={claim} what="this claim">
        {(data) => <Detail claim={data} />}
      </Loaded>
    </>
  );
}

function Detail({ claim }: { claim: ClaimDetail }) {
  const { fleet } = useSession();
  const enrolments = useInfiniteQuery(enrolmentsQuery(fleet.id, { claimId: claim.id }));
  const answer = claimAnswer(claim);
  const mark = claim.misused ? MISUSED : claim.online > 0 && claim.useLimit === 1 ? { state: "online" as const, word: "Online" } : CLAIM_MARKS[claim.state];
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead
        answer={answer}
        beside={<StateMark {...mark} large />}
        why={
          <>
            {claim.used.toLocaleString("en")} of {claim.useLimit.toLocaleString("en")} used; {claim.state === "expired" ? "expired" : "expires"}{" "}
            <Time at={claim.expiresAt} focusable />
          </>
        }
        actions={<Revoke claim={claim} />}
      />
      <MisuseNotes claim={claim} />
      <WaitingPanel claimId={claim.id} />
      <FunnelPanel funnel={claim.funnel} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <CodePanel claim={claim} />
          <Loaded query={enrolments} what="its devices">
            {(data) => <EnrolmentTable enrolments={data.pages.flatMap((page) => page.items)} total={data.pages[0]?.total ?? 0} />}
          </Loaded>
          <ShowMore list={enrolments} older />
          <RefusedTable refused={claim.refused} />
        </div>
        <Facts claim={claim} />
      </div>
    </div>
  );
}

function Facts({ claim }: { claim: ClaimDetail }) {
  return (
    <Panel title="What it gives">
      <KeyValue
        rows={[
          ["Gets in", APPROVAL_WORDS[claim.approval]],
          ["Listed serial numbers", claim.serials === 0 ? "none: any device" : claim.serials.toLocaleString("en")],
          ...(claim.batchId
            ? [
                [
                  "Label",
                  <Link key="b" href={`/claims/batches/${claim.batchId}`}>
                    number {claim.number} of its batch
                  </Link>,
                ] as const,
              ]
            : []),
          ["Site", claim.site ?? "none"],
          ["Profile", claim.profile],
          ["Tokens live", `${claim.tokenDays} days`],
          ["Code ends with", <code key="h">{claim.hint}</code>],
          [
            "Made",
            <span key="m">
              <Time at={claim.createdAt} focusable />, by {claim.createdBy}
            </span>,
          ],
          ...(claim.revokedAt
            ? ([
                [
                  "Revoked",
                  <span key="r">
                    <Time at={claim.revokedAt} focusable />, by {claim.revokedBy}
                  </span>,
                ],
              ] as const)
            : []),
        ]}
      />
    </Panel>
  );
}

function Revoke({ claim: { id, name, state, used } }: { claim: ClaimDetail }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeClaim(fleet.id, id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [fleet.id, "claims"] });
      setAsking(false);
    },
  });
  if (!can("claims:write") || state === "revoked") return null;
  return (
    <>
      <Button data-tone="danger" onClick={() => setAsking(true)}>
        Revoke
      </Button>
      {asking ? (
        <ConfirmDialog
          title={`Revoke the claim code of ${name}`}
          confirmLabel="Revoke it"
          danger
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          It lets nobody in any more, at once and for good.{" "}
          {used === 0 ? "No device came by it." : `${used.toLocaleString("en")} that came by it keep their tokens.`}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
