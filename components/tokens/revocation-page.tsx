"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { FactStrip } from "@/components/ui/fact-strip";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { Time } from "@/components/ui/time/time";
import { isId } from "@/lib/base/ids";
import { PageTitle } from "@/lib/client/page-title";
import { revocationQuery } from "@/lib/client/queries/revocations";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { RevocationView } from "@/lib/domain/tokens/revocation-view";
import { cutWords, selectorWords, tokenCount } from "@/lib/domain/tokens/revocation-words";
import { ReceiptCard } from "./receipt-card";
import classes from "./tokens-page.module.css";

/** As many as the API tells of one revocation. */
const MOST = 500;

/** Was it really cut, when, and who says so? */
export function RevocationPage({ revocationId }: { revocationId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("tokens:read");
  const revocation = useQuery({ ...revocationQuery(fleet.id, revocationId), enabled: mayRead });
  const answer = revocation.data ? cutWords(revocation.data) : "Revocation";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why={revocation.data ? `${tokenCount(revocation.data.tokens)}: ${selectorWords(revocation.data.selector)}` : undefined} />
      {mayRead ? (
        <Loaded query={revocation} what="revocations">
          {(data) => <Parts revocation={data} />}
        </Loaded>
      ) : (
        <NoPermission framed what="revocations" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
    </div>
  );
}

function Parts({ revocation }: { revocation: RevocationView }) {
  const { id, at, actor, reason, tokens, tokenList, settledAt, ended, brokerRestarted, open } = revocation;
  return (
    <>
      <FactStrip
        facts={[
          { name: "By", value: actor.name },
          { name: "When", value: <Time at={at} form="clock" focusable />, detail: <Time at={at} /> },
          { name: "Reason", value: reason },
          { name: settledAt === null ? "Still open" : "Not cut", value: open.toLocaleString("en") },
          {
            name: "Ended otherwise",
            value: (ended + brokerRestarted).toLocaleString("en"),
            detail: brokerRestarted > 0 ? `${brokerRestarted} with a broker` : undefined,
          },
        ]}
      />
      <Panel title="Revocation receipt" end={<code>{id}</code>}>
        <ReceiptCard revocation={revocation} most={MOST} />
      </Panel>
      <Panel title="Tokens" aside={tokenCount(tokens)} footer={tokenList.length < tokens ? `The first ${tokenList.length} are shown.` : undefined}>
        {tokenList.length > 0 ? (
          <ul className={classes.plain}>
            {tokenList.map((token) => (
              <li key={token.id}>
                <Holder token={token} /> {token.label || "no label"} <code>{token.id}</code>
              </li>
            ))}
          </ul>
        ) : (
          <p>No token that we have a record of. What was issued to this subject before is refused all the same.</p>
        )}
      </Panel>
    </>
  );
}

/** Only a device has a page to go to. */
function Holder({ token: { subject, subjectName } }: { token: RevocationView["tokenList"][number] }) {
  const name = subjectName ?? subject;
  return isId("device", subject) ? <Link href={`/devices/${subject}`}>{name}</Link> : name;
}
