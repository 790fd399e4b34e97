"use client";

import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Note } from "@/components/ui/note";
import { Time } from "@/components/ui/time/time";
import { askRenewal } from "@/lib/client/commands/renewals";
import { renewalQuery } from "@/lib/client/queries/renewals";
import { useSession } from "@/lib/client/session";
import type { RenewalView } from "@/lib/domain/renewals/renewal-view";
import { ComingHome } from "./coming-home";
import classes from "./renewals.module.css";

/** Whether this device renews its token by itself, how far it is, and what a person may do about it. */
export function DeviceRenewal({ deviceId }: { deviceId: string }) {
  const { fleet, can } = useSession();
  const client = useQueryClient();
  const { data } = useQuery(renewalQuery(fleet.id, deviceId));
  const ask = useMutation({
    mutationFn: () => askRenewal(fleet.id, deviceId),
    onSettled: () => client.invalidateQueries({ queryKey: [fleet.id, "renewals"] }),
  });
  // Without an identity key there is nothing to say: its tokens are granted by people.
  if (!data?.fingerprint) return null;
  if (data.state === "waiting") return <ComingHome renewal={data} />;
  const mayAsk = can("tokens:revoke") && data.token?.live === true && data.askedAt === null;
  return (
    <div className={classes.line}>
      <span>
        <Told renewal={data} />
      </span>
      {mayAsk ? (
        <Button size="xs" loading={ask.isPending} onClick={() => ask.mutate()}>
          Renew now
        </Button>
      ) : null}
      {ask.error ? (
        <Note tone="bad" mark="failed" role="alert">
          {ask.error.message}
        </Note>
      ) : null}
    </div>
  );
}

function Told({ renewal: { state, askedAt, renewedAt, token, via, decidedBy } }: { renewal: RenewalView }) {
  if (state === "approved") return `${decidedBy ?? "Somebody"} lets it come home: it gets a token when it asks again.`;
  if (state === "denied") return `${decidedBy ?? "Somebody"} turned it away when it wanted to come home.`;
  if (state === "issued") return "A new token is on its way; the old one holds until it is stored.";
  if (askedAt !== null)
    return (
      <>
        Told to renew its token, <Time at={askedAt} form="since" focusable />.
      </>
    );
  if (!token) return "It holds no token that renews itself.";
  return (
    <>
      {token.overdue ? "It ought to have renewed its token by now" : "It renews its token by itself"}
      {renewedAt ? (
        <>
          ; last <Time at={renewedAt} focusable />
          {via === "home" ? ", on its way home" : ""}
        </>
      ) : null}
      .
    </>
  );
}
