import type { Decision } from "../tokens/decision";
import type { TopicProblem } from "../tokens/topic-filter";
import type { TokenRefusal } from "../tokens/verify-claims";

/** Why a broker refused: what is wrong with the token, the connection, or the topic. Stable codes: API, metrics and docs name them. */
export type RefusalReason =
  | TokenRefusal
  | TopicProblem
  | "empty_client_id"
  | "keep_alive"
  | "will_not_allowed"
  | "too_many_sessions"
  | "second_holder"
  | "not_logged_in"
  | "dot_in_deny"
  | "other_resource"
  | "not_the_device"
  | "too_many_subscriptions"
  | "implicit_deny"
  | "explicit_deny";

export const REFUSED_ACTIONS = ["connect", "publish", "subscribe"] as const;
export type RefusedAction = (typeof REFUSED_ACTIONS)[number];

export const REFUSING_BROKERS = ["embedded", "rabbitmq", "emqx"] as const;
export type RefusingBroker = (typeof REFUSING_BROKERS)[number];

/** The reason that a decision of the evaluator is counted under. */
export function reasonOfDecision({ verdict, problem }: Decision): RefusalReason {
  return problem ?? (verdict === "EXPLICIT_DENY" ? "explicit_deny" : "implicit_deny");
}
