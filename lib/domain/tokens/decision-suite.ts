import type { Scope } from "@/lib/protocol/access";
import { denyGroups } from "./decision-suite-deny";
import { deviceGroups } from "./decision-suite-device";
import { limitGroups } from "./decision-suite-limits";
import { platformGroups } from "./decision-suite-platform";
import type { NotAt, SuiteAction, SuiteBroker, SuiteGroup, SuiteRow } from "./decision-suite-rows";
import { textGroups } from "./decision-suite-text";
import { wildcardGroups } from "./decision-suite-wildcards";
import type { Verdict } from "./evaluate";

/** One question and the answer that MQTT 3.1.1 section 4.7 and our policy give, for the evaluator and every broker. */
export interface SuiteDecision {
  grant: string;
  scopes: readonly Scope[];
  action: SuiteAction;
  /** Topic to publish or deliver, or filter to subscribe to. */
  topic: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  verdict: Verdict;
  why: string;
  /** Brokers that cannot be asked it or cannot keep it, with the reason. */
  notAt: NotAt;
}

/** The decisions of one grant, as many connections ask them one after the other. */
export interface SuiteGrant {
  grant: string;
  scopes: readonly Scope[];
  decisions: readonly SuiteDecision[];
}

const groups: readonly SuiteGroup[] = [...deviceGroups, ...wildcardGroups, ...denyGroups, ...limitGroups, ...textGroups, ...platformGroups];

export const DECISION_SUITE: readonly SuiteGrant[] = groups.map(({ grant, scopes, rows }) => ({
  grant,
  scopes,
  decisions: rows.map((row) => decisionOf(grant, scopes, row)),
}));

function decisionOf(grant: string, scopes: readonly Scope[], [action, topic, verdict, why, options = {}]: SuiteRow): SuiteDecision {
  const { qos = 1, retain = false, notAt = {} } = options;
  return { grant, scopes, action, topic, qos, retain, verdict, why, notAt };
}

/** The part of the suite that a broker can be held to. */
export function suiteFor(broker: SuiteBroker): SuiteGrant[] {
  return DECISION_SUITE.map((grant) => ({
    ...grant,
    decisions: grant.decisions.filter(({ notAt }) => notAt[broker] === undefined),
  }));
}
