import type { Scope } from "@/lib/protocol/access";
import type { Decision } from "./decision";
import { type ReadyScope, scopesInForce, scopesOf } from "./scope-index";
import { ScopeTrie } from "./scope-trie";
import { filterCovers, filterProblem, filtersOverlap, isPlain, topicProblem } from "./topic-filter";

export type { Decision, Verdict } from "./decision";

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

const MEMO_SIZE = 64;
const implicitDeny: Decision = { verdict: "IMPLICIT_DENY", scope: undefined, problem: undefined };

/**
 * Deny wins over allow, whatever the order; nothing matching means no. An empty list of scopes allows nothing, and neither does
 * one with a malformed deny. A scope with limits speaks only within them. Of a subscription the QoS that is asked for counts, so
 * a topic is delivered exactly when a subscription to it could be granted.
 */
export function compileAccess(scopes: readonly Scope[]): Access {
  const inForce = scopesInForce(scopes);
  const subscribing = scopesOf(inForce, "subscribe");
  const [publishTrie, receiveTrie] = [new ScopeTrie(scopesOf(inForce, "publish")), new ScopeTrie(subscribing)];
  const receiveMemo = new Map<string, boolean>();

  return {
    publish: ({ topic, qos, retain }) => decidePublish(publishTrie, topic, 1 << qos, retain ? 0b10 : 0b01),
    subscribe({ filter, qos }) {
      const problem = filterProblem(filter);
      return problem ? { ...implicitDeny, problem } : decideSubscribe(subscribing, filter.split("/"), 1 << qos);
    },
    receive(topic) {
      const known = receiveMemo.get(topic);
      if (known !== undefined) return known;
      const allowed = topicProblem(topic) === undefined && mayReceive(receiveTrie, topic);
      remember(receiveMemo, topic, allowed);
      return allowed;
    },
  };
}

/** What is wrong with a topic counts before any scope; what a scope names letter by letter has nothing wrong. */
function decidePublish(scopes: ScopeTrie, topic: string, qos: number, retain: number): Decision {
  const deciding = scopes.deciding(topic, qos, retain);
  if (deciding && (deciding.exact || isPlain(topic, deciding.namedLength, deciding.namedLevels + 1))) return deciding.decision;
  const problem = topicProblem(topic);
  return problem ? { ...implicitDeny, problem } : (deciding?.decision ?? implicitDeny);
}

/** One scope covers a filter by itself, or none does. A deny that only touches it refuses it whole. */
function decideSubscribe(scopes: readonly ReadyScope[], filter: readonly string[], qos: number): Decision {
  const speaking = scopes.filter((scope) => scope.qos & qos);
  const denied = speaking.find((scope) => scope.deny && filtersOverlap(scope.levels, filter));
  const deciding = denied ?? speaking.find((scope) => !scope.deny && filterCovers(scope.levels, filter));
  return deciding?.decision ?? implicitDeny;
}

/** At some QoS it is allowed and not denied. */
function mayReceive(scopes: ScopeTrie, topic: string): boolean {
  return [0b001, 0b010, 0b100].some((qos) => scopes.deciding(topic, qos, 0b11)?.deny === false);
}

/** Bounded: a client that walks over many topics costs time, never memory. */
function remember<V>(memo: Map<string, V>, key: string, value: V): void {
  if (memo.size >= MEMO_SIZE) memo.clear();
  memo.set(key, value);
}
