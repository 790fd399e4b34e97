"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "@/components/ui/empty-state";
import { Loaded } from "@/components/ui/loaded";
import { NoPermission } from "@/components/ui/no-permission";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { PageTitle } from "@/lib/client/page-title";
import { simulationQuery } from "@/lib/client/queries/refusals";
import { useSession } from "@/lib/client/session";
import { rolesWith } from "@/lib/domain/members/permissions";
import type { AccessCheck } from "@/lib/domain/tokens/explanation";
import type { Simulation } from "@/lib/domain/tokens/simulation-view";
import { Explained, ScopeList } from "./explained";
import classes from "./simulator.module.css";
import { SimulatorForm } from "./simulator-form";
import { useSimulatorSearch } from "./simulator-search";
import { TokenTabs } from "./token-tabs";

const VERBS = { publish: "publish", subscribe: "subscribe to" } as const;
const QOS = { "0": 0, "1": 1, "2": 2 } as const;

/** What would a broker say? */
export function SimulatorPage() {
  const { fleet, can } = useSession();
  const [{ holder, token, action, topic, qos, retain }] = useSimulatorSearch();
  const mayAsk = can("tokens:read");
  const asks = topic !== "" && (token !== null || holder !== null);
  const check: AccessCheck = { action, topic, qos: QOS[qos], retain: action === "publish" && retain };
  const who = token === null ? { subject: holder ?? "-" } : { tokenId: token };
  const answer = useQuery({ ...simulationQuery(fleet.id, who, check), enabled: mayAsk && asks });
  const title = asks && answer.data ? headline(answer.data, check) : "What would a broker say?";
  return (
    <div className={classes.page}>
      <PageTitle answer={title} />
      <PageHead
        answer={title}
        why="The answer of the evaluator that brokers ask. Nothing is sent, nothing is changed; the address of this page holds the question."
      />
      <TokenTabs />
      {mayAsk ? (
        <>
          <Panel title="The question">
            <SimulatorForm />
          </Panel>
          {asks ? (
            <Loaded query={answer} what="this answer">
              {(data) => <Answers simulation={data} />}
            </Loaded>
          ) : null}
        </>
      ) : (
        <NoPermission framed what="tokens" role={fleet.role} needs={rolesWith("tokens:read")} />
      )}
    </div>
  );
}

function Answers({ simulation: { results } }: { simulation: Simulation }) {
  if (results.length === 0)
    return (
      <EmptyState framed title="This holder has no live token">
        A broker refuses its CONNECT before it asks about topics.
      </EmptyState>
    );
  return (
    <div className={classes.answers}>
      {results.map(({ token, scopes, decisions }) =>
        decisions.map((decision) => (
          <Panel
            key={token?.id ?? "given"}
            title={token?.label || token?.id || "Given scopes"}
            aside={token ? `${token.subjectName ?? token.subject}${token.state === "live" ? "" : `, ${token.state}: its holder is not let in`}` : undefined}
            end={<StateMark state={decision.authDecision === "ALLOWED" ? "done" : "failed"} word={WORDS[decision.authDecision]} />}
          >
            <div className={classes.answer}>
              <Explained check={decision} scopes={scopes} explanation={decision} />
              {decision.words.fix ? <p>{decision.words.fix}</p> : null}
              <ScopeList scopes={scopes} explanation={decision} />
            </div>
          </Panel>
        )),
      )}
    </div>
  );
}

const WORDS = { ALLOWED: "Allowed", IMPLICIT_DENY: "Refused: not granted", EXPLICIT_DENY: "Refused: denied" } as const;

function headline({ results }: Simulation, { action }: AccessCheck): string {
  if (results.length === 0) return "Nobody to ask about: no live token";
  const allowing = results.filter(({ decisions }) => decisions.every(({ authDecision }) => authDecision === "ALLOWED")).length;
  if (results.length === 1) return allowing === 1 ? `Yes, it may ${VERBS[action]} this` : `No, it may not ${VERBS[action]} this`;
  return `${allowing} of ${results.length} tokens may ${VERBS[action]} this`;
}
