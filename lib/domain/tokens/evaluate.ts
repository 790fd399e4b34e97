import type { Scope } from "@/lib/protocol/access";
import { filterCovers, filterMatchesTopic, filterProblem, filtersOverlap, type TopicProblem, topicProblem } from "./topic-filter";

/** The words of AWS IoT's TestAuthorization (wire-formats W11). */
export type Verdict = "ALLOWED" | "IMPLICIT_DENY" | "EXPLICIT_DENY";

export interface Decision {
  verdict: Verdict;
  /** Index of the scope that decided; undefined when none matched. */
  scope: number | undefined;
  /** Set when the topic or filter itself is not acceptable, whatever the grant. */
  problem: TopicProblem | undefined;
}

export interface PublishRequest {
  topic: string;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/** A grant compiled for one session: the only evaluator, for broker, hooks, API and the explain page. */
export interface Access {
  publish(request: PublishRequest): Decision;
  /** `qos` is the requested one. A filter wider than the grant is refused whole, never narrowed. */
  subscribe(request: { filter: string; qos: 0 | 1 | 2 }): Decision;
  /** Delivery of a concrete topic to this session, retained and queued messages included. */
  receive(topic: string): boolean;
}

interface CompiledScope {
  index: number;
  levels: string[];
  scope: Scope;
}

const MEMO_SIZE = 64;
const implicitDeny: Decision = { verdict: "IMPLICIT_DENY", scope: undefined, problem: undefined };

/**
 * Deny wins over allow, whatever the order; nothing matching means no. An empty list of scopes allows nothing.
 * A publish costs one map look-up when its topic was seen before in this session.
 */
export function compileAccess(scopes: readonly Scope[]): Access {
  const compiled = scopes
    .map((scope, index) => ({ index, levels: scope.topic.split("/"), scope }))
    .filter(({ scope }) => filterProblem(scope.topic) === undefined);
  const publishing = compiled.filter(({ scope }) => scope.action !== "subscribe");
  const subscribing = compiled.filter(({ scope }) => scope.action !== "publish");
  const publishMemo = new Map<string, Decision>();
  const receiveMemo = new Map<string, boolean>();

  const decidePublish = ({ topic, qos, retain }: PublishRequest): Decision => {
    const problem = topicProblem(topic);
    if (problem) return { ...implicitDeny, problem };
    const levels = topic.split("/");
    return decide(publishing, (entry) => filterMatchesTopic(entry.levels, levels), qos, retain);
  };

  return {
    publish(request) {
      const key = `${request.qos}${request.retain ? "r" : " "}${request.topic}`;
      const known = publishMemo.get(key);
      if (known) return known;
      const decision = decidePublish(request);
      remember(publishMemo, key, decision);
      return decision;
    },
    subscribe({ filter, qos }) {
      const problem = filterProblem(filter);
      if (problem) return { ...implicitDeny, problem };
      const levels = filter.split("/");
      const denied = subscribing.find(({ scope, levels: own }) => scope.permission === "deny" && filtersOverlap(own, levels));
      if (denied) return { verdict: "EXPLICIT_DENY", scope: denied.index, problem: undefined };
      return decide(subscribing, (entry) => filterCovers(entry.levels, levels), qos, undefined);
    },
    receive(topic) {
      const known = receiveMemo.get(topic);
      if (known !== undefined) return known;
      const levels = topic.split("/");
      const allowed =
        topicProblem(topic) === undefined &&
        decide(subscribing, (entry) => filterMatchesTopic(entry.levels, levels), undefined, undefined).verdict === "ALLOWED";
      remember(receiveMemo, topic, allowed);
      return allowed;
    },
  };
}

function decide(
  scopes: readonly CompiledScope[],
  matches: (entry: CompiledScope) => boolean,
  qos: 0 | 1 | 2 | undefined,
  retain: boolean | undefined,
): Decision {
  let allowedBy: number | undefined;
  for (const entry of scopes) {
    const { scope } = entry;
    if (scope.permission === "allow" && allowedBy !== undefined) continue;
    if (qos !== undefined && scope.qos && !scope.qos.includes(qos)) continue;
    if (retain !== undefined && scope.retain !== undefined && scope.retain !== retain) continue;
    if (!matches(entry)) continue;
    if (scope.permission === "deny") return { verdict: "EXPLICIT_DENY", scope: entry.index, problem: undefined };
    allowedBy = entry.index;
  }
  return allowedBy === undefined ? implicitDeny : { verdict: "ALLOWED", scope: allowedBy, problem: undefined };
}

/** Bounded: a client that walks over many topics costs time, never memory. */
function remember<V>(memo: Map<string, V>, key: string, value: V): void {
  if (memo.size >= MEMO_SIZE) memo.clear();
  memo.set(key, value);
}
