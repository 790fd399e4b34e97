"use client";

import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { Note } from "@/components/ui/note";
import { Time } from "@/components/ui/time/time";
import { decideRenewal } from "@/lib/client/commands/renewals";
import { useSession } from "@/lib/client/session";
import type { RenewalView } from "@/lib/domain/renewals/renewal-view";
import classes from "./renewals.module.css";

/** A device that came home by its identity key and waits for a person. */
export function ComingHome({ renewal: { deviceId, deviceName, fingerprint, token, updatedAt } }: { renewal: RenewalView }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (act: "approve" | "deny") => decideRenewal(fleet.id, deviceId, act),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "renewals"] }),
  });
  return (
    <article className={classes.waiting} aria-label={`${deviceName} wants to come home`}>
      <div>
        <div className={classes.print}>{fingerprint}</div>
        <div className={classes.quiet}>
          <Link href={`/devices/${deviceId}`} prefetch={false}>
            {deviceName}
          </Link>{" "}
          {token ? (
            <>
              proved its identity key; its token {token.live ? "holds until" : "ended"} <Time at={token.expiresAt} focusable />
            </>
          ) : (
            "proved its identity key; it holds no token that renews itself"
          )}
          {updatedAt ? (
            <>
              , waits <Time at={updatedAt} form="since" />
            </>
          ) : null}
        </div>
      </div>
      {decide.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {decide.error.message}
        </Note>
      ) : null}
      {can("claims:write") ? (
        <div className={classes.actions}>
          <Button data-tone="danger" disabled={decide.isPending} onClick={() => decide.mutate("deny")} aria-label={`Turn ${deviceName} away`}>
            Turn away
          </Button>
          <Button variant="filled" loading={decide.isPending} onClick={() => decide.mutate("approve")} aria-label={`Let ${deviceName} come home`}>
            Let it come home
          </Button>
        </div>
      ) : null}
    </article>
  );
}
