"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { PageTitle } from "@/lib/client/page-title";
import { whoCanQuery } from "@/lib/client/queries/tokens";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { WhoCan } from "@/lib/domain/tokens/who-can";
import { TokenTabs } from "./token-tabs";
import classes from "./tokens-page.module.css";
import { WhoForm } from "./who-form";
import { WhoTable } from "./who-table";

const parsers = {
  topic: parseAsString.withDefault(""),
  action: parseAsStringLiteral(["publish", "subscribe"]).withDefault("subscribe"),
  tabs: parseAsBoolean.withDefault(false),
};

/** Who can write, or read, this topic? */
export function WhoPage() {
  const { fleet, can } = useSession();
  const [question, setQuestion] = useQueryStates(parsers);
  const mayRead = can("tokens:read");
  const found = useQuery({ ...whoCanQuery(fleet.id, question), enabled: mayRead && question.topic !== "" });
  const answer = found.data && question.topic !== "" ? headline(found.data) : "Who can read or write a topic?";
  return (
    <div className={classes.page}>
      <PageTitle answer={answer} />
      <PageHead answer={answer} why="Every valid token of this fleet is asked, by the evaluator that the broker asks. Deny by default." />
      <TokenTabs />
      {mayRead ? (
        <>
          <WhoForm fleetId={fleet.id} question={question} onAsk={(next) => void setQuestion(next)} />
          <FilterChips
            legend="Also"
            chosen={question.tabs ? ["tabs"] : []}
            onToggle={() => void setQuestion({ tabs: !question.tabs })}
            chips={[{ key: "tabs", label: "open browser tabs" }]}
          />
          {question.topic === "" ? (
            <EmptyState framed title="Name a topic">
              Pick a device and one of its branches, or write a topic. A filter such as <code>+/up/telemetry</code> finds who reads all of them.
            </EmptyState>
          ) : (
            <Loaded query={found} what="tokens">
              {(data) => <Answer found={data} />}
            </Loaded>
          )}
        </>
      ) : (
        <NoPermission framed what="tokens" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
    </div>
  );
}

function Answer({ found }: { found: WhoCan }) {
  const { allowed, allowedTotal, stopped, stoppedTotal } = found;
  if (allowedTotal + stoppedTotal === 0)
    return (
      <EmptyState framed title="Nobody">
        No valid token of this fleet allows it. Only the platform writes presence and live summaries.
      </EmptyState>
    );
  return (
    <>
      <Panel
        title={found.action === "publish" ? "Can publish" : "Can subscribe"}
        aside={<code className={classes.topic}>{found.topic}</code>}
        flush
        footer={shown(allowed.length, allowedTotal)}
      >
        {allowedTotal === 0 ? (
          <EmptyState title="Nobody">A deny stops everyone who would.</EmptyState>
        ) : (
          <WhoTable caption="Tokens that allow it" found={allowed} />
        )}
      </Panel>
      {stoppedTotal > 0 ? (
        <Panel title="Stopped by a deny" aside="one of their scopes would allow it" flush footer={shown(stopped.length, stoppedTotal)}>
          <WhoTable caption="Tokens that a deny stops" found={stopped} />
        </Panel>
      ) : null}
    </>
  );
}

const shown = (count: number, total: number) => `${count.toLocaleString("en")} of ${total.toLocaleString("en")} shown`;

function headline({ allowedTotal, action, topic }: WhoCan): string {
  const verb = action === "publish" ? "publish to" : "subscribe to";
  const who = allowedTotal === 0 ? "Nobody can" : allowedTotal === 1 ? "One token can" : `${allowedTotal.toLocaleString("en")} tokens can`;
  return `${who} ${verb} ${topic.split("/").slice(3).join("/")}`;
}
