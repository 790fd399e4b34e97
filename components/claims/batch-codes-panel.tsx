"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Panel } from "@/components/ui/panel";
import { knownCodesQuery } from "@/lib/client/queries/claim-batches";
import { sealedQuery } from "@/lib/client/queries/sealed";
import { useSealedSession } from "@/lib/client/sealed/session-store";
import { useSession } from "@/lib/client/session";
import type { BatchDetail } from "@/lib/domain/claims/batch-view";
import { readClaimCode, writeClaimLink } from "@/lib/protocol/claim-code";
import classes from "./claims.module.css";
import { LabelDownload } from "./label-download";

/** The labels, while this tab knows the codes. */
export function BatchCodesPanel({ batch }: { batch: BatchDetail }) {
  const { fleet, user } = useSession();
  const { data: known } = useQuery(knownCodesQuery(batch.id));
  const custody = useQuery(sealedQuery(fleet.id));
  const session = useSealedSession(fleet.id, user.id);
  if (batch.open === 0) return null;
  if (!known)
    return (
      <Panel title="Its labels">
        <p className={classes.quiet}>
          Codes are told once, to whoever made them, and only digests are kept. If the labels were lost before they were printed, revoke this batch and make
          another.
        </p>
      </Panel>
    );
  if (custody.data === undefined) return null;
  // Only what this browser has verified: the server's word would let it name a root key of its own.
  if (custody.data.sealed && !session)
    return (
      <Panel title="Its labels">
        <p className={classes.quiet}>
          This fleet is sealed: the labels have to carry the fleet root key. <Link href="/keys/sealed">Unlock</Link> in this tab, then come back; the codes are
          here until the tab is closed or loaded anew.
        </p>
      </Panel>
    );
  const { codes, host, port, tlsPort, fleet: name } = known;
  const labels = codes.map(({ code, number, serial }) => ({
    code,
    number,
    serial: serial ?? undefined,
    link: writeClaimLink({ code: readClaimCode(code) ?? "", host, port, tlsPort, root: session?.chain.root }),
  }));
  return (
    <Panel title="Its labels" aside="codes are told once: save both files before you leave this page">
      <LabelDownload labels={labels} fleet={name} name={batch.name} expiresAt={batch.expiresAt} />
    </Panel>
  );
}
