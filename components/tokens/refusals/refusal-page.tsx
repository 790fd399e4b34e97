"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { ApiError } from "@/lib/client/api-error";
import { PageTitle } from "@/lib/client/page-title";
import { refusalQuery } from "@/lib/client/queries/refusals";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import { checkOfRefusal } from "@/lib/domain/refusals/refusal-check";
import type { RefusalExplained } from "@/lib/domain/refusals/refusal-view";
import { Explained, ScopeList } from "../explained";
import { simulatorAddress } from "../simulator-search";
import { RefusalFix } from "./refusal-fix";
import classes from "./refusals.module.css";

/** Why was this refused, and what would allow it? */
export function RefusalPage({ refusalId }: { refusalId: string }) {
  const { fleet, can } = useSession();
  const mayRead = can("refusals:read");
  const refusal = useQuery({ ...refusalQuery(fleet.id, refusalId), enabled: mayRead });
  const gone = refusal.error instanceof ApiError && (refusal.error.code === "not_found" || refusal.error.code === "invalid_input");
  const title = gone ? "No such refusal" : "Refusal";
  if (refusal.data) return <Detail refusal={refusal.data} />;
  return (
    <>
      <PageTitle answer={title} />
      <h1 className="visually-hidden">{title}</h1>
      {gone ? (
        <EmptyState framed title="No such refusal in this fleet" actions={<Link href="/refusals">All refusals</Link>}>
          It may be older than what is kept, or it belongs to a fleet that you are not in.
        </EmptyState>
      ) : mayRead ? (
        <Loaded query={refusal} what="this refusal">
          {() => null}
        </Loaded>
      ) : (
        <NoPermission framed what="refusals" role={fleet.role} needs={rolesWith("refusals:read")} />
      )}
    </>
  );
}

function Detail({ refusal }: { refusal: RefusalExplained }) {
  const { can } = useSession();
  const { subject, subjectName, proven, reason, reasonWords, sentence, nextStep, count, token, explanation, others } = refusal;
  const name = subjectName ?? subject;
  const answer = proven ? `${name}: ${lower(reasonWords)}` : `Claimed to be ${name}: ${lower(reasonWords)}`;
  const check = checkOfRefusal(refusal);
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} beside={<StateMark state="failed" word={reason === "second_holder" ? "Taken over" : "Refused"} />} why={sentence} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Panel title="Refusal explained" aside={`${count.toLocaleString("en")} ${count === 1 ? "time" : "times"} within the hour`}>
            <div className={classes.card}>
              {check && explanation && token ? <Explained check={check} scopes={token.scopes} explanation={explanation} /> : null}
              <RefusalFix refusal={refusal} />
              <p>
                <b>Next step.</b> {nextStep}
              </p>
              <div className={classes.actions}>
                <Link href={`/refusals?holder=${encodeURIComponent(subject)}&reason=${encodeURIComponent(reason)}`}>Others like this</Link>
                {check && token && can("tokens:read") ? <Link href={simulatorAddress(token.id, check)}>Try it in the simulator</Link> : null}
              </div>
            </div>
          </Panel>
          {others.length > 0 ? (
            <Panel title="Allowed by another token" aside="of the same holder">
              <ul className={classes.others}>
                {others.map(({ id, label, expiresAt }) => (
                  <li key={id}>
                    {label || "no label"} <code>{id}</code>, until <Time at={expiresAt} form="moment" />
                  </li>
                ))}
              </ul>
            </Panel>
          ) : null}
        </div>
        <div className={classes.stack}>
          <Panel title="What happened">
            <Circumstances refusal={refusal} />
          </Panel>
          {token ? (
            <Panel title="Scopes of its token" aside={token.state === "live" ? token.label || "no label" : token.state}>
              <ScopeList scopes={token.scopes} explanation={explanation} />
            </Panel>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function Circumstances({ refusal }: { refusal: RefusalExplained }) {
  const { action, topic, broker, deviceId, subject, subjectName, clientId, address, detail, reason, firstAt, lastAt, tokenId, proven } = refusal;
  const name = subjectName ?? subject;
  return (
    <KeyValue
      rows={[
        ["Holder", deviceId ? <Link href={`/devices/${deviceId}`}>{name}</Link> : name],
        ["Proven", proven ? "yes, by a genuine token" : "no: only the user name was given"],
        [
          "Action",
          topic ? (
            <span>
              {action} <code className={classes.topic}>{topic}</code>
            </span>
          ) : (
            action
          ),
        ],
        ["Last", <Time key="last" at={lastAt} form="moment" focusable />],
        ["First", <Time key="first" at={firstAt} form="moment" focusable />],
        ["Client id", clientId ? <code className={classes.topic}>{clientId}</code> : "none, or not told"],
        ["Address", address || "not told by the broker"],
        ...(reason === "second_holder" ? [["Pushed out", detail || "unknown address"] as const] : []),
        ...(reason === "wrong_subject" ? [["User name", detail] as const] : []),
        ["Broker", BROKERS[broker]],
        ["Token", tokenId ? <code className={classes.topic}>{tokenId}</code> : "none that is genuine"],
      ]}
    />
  );
}

const BROKERS = { embedded: "embedded", rabbitmq: "RabbitMQ", emqx: "EMQX" } as const;
const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);
