import type { TopicProblem } from "./topic-filter";

/** The words of AWS IoT's TestAuthorization (wire-formats W11). */
export type Verdict = "ALLOWED" | "IMPLICIT_DENY" | "EXPLICIT_DENY";

export interface Decision {
  verdict: Verdict;
  /** Index of the scope that decided; undefined when none matched. */
  scope: number | undefined;
  /** Set when the topic or filter itself is not acceptable, whatever the grant. */
  problem: TopicProblem | undefined;
}
