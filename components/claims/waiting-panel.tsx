"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Note } from "@/components/ui/note";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { decideEnrolment } from "@/lib/client/commands/claims";
import { enrolmentsQuery } from "@/lib/client/queries/claims";
import { useSession } from "@/lib/client/session";
import type { EnrolmentView } from "@/lib/domain/claims/claim-view";
import { KIND_WORDS } from "./claim-words";
import classes from "./claims.module.css";

/** Devices that somebody has to agree to; nothing when there are none. */
export function WaitingPanel({ claimId }: { claimId?: string }) {
  const { fleet } = useSession();
  const list = useInfiniteQuery(enrolmentsQuery(fleet.id, { state: "waiting", ...(claimId === undefined ? {} : { claimId }) }));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  if (items.length === 0) return null;
  return (
    <Panel
      title={`${total.toLocaleString("en")} ${total === 1 ? "device waits" : "devices wait"} for you`}
      aside="compare the fingerprint with the one that the device shows"
      flush
    >
      {items.map((enrolment) => (
        <Waiting key={enrolment.id} enrolment={enrolment} />
      ))}
    </Panel>
  );
}

function Waiting({ enrolment: { id, fingerprint, serial, name, kind, claimName, createdAt } }: { enrolment: EnrolmentView }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (act: "approve" | "deny") => decideEnrolment(fleet.id, id, act),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "claims"] }),
  });
  return (
    <article className={classes.waiting} aria-label={`Device ${fingerprint}`}>
      <div>
        <div className={classes.print}>{fingerprint}</div>
        <div className={classes.quiet}>
          {KIND_WORDS[kind]}
          {name ? `, “${name}”` : ""}
          {serial ? `, serial number ${serial}` : ""}; by {claimName}, <Time at={createdAt} focusable />
        </div>
      </div>
      {decide.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {decide.error.message}
        </Note>
      ) : null}
      {can("claims:write") ? (
        <div className={classes.actions}>
          <Button data-tone="danger" disabled={decide.isPending} onClick={() => decide.mutate("deny")} aria-label={`Deny ${fingerprint}`}>
            Deny
          </Button>
          <Button variant="filled" loading={decide.isPending} onClick={() => decide.mutate("approve")} aria-label={`Approve ${fingerprint}`}>
            Approve
          </Button>
        </div>
      ) : null}
    </article>
  );
}
