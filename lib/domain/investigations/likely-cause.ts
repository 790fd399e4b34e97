import { HYPOTHESIS_KEYS, type HypothesisKey } from "../diagnosis/hypotheses";

/** `unexplained`: nothing that we know explains it. `pending`: the worker has not looked yet (it waits until an outage would be known). */
export const LIKELY_CAUSES = [...HYPOTHESIS_KEYS, "unexplained", "pending"] as const;
export type LikelyCause = (typeof LIKELY_CAUSES)[number];

const TITLES: Record<LikelyCause, string> = {
  taken_out: "Suspended or retired",
  never_connected: "Never set up",
  outage: "Part of an outage",
  token_expired: "Token expired",
  token_revoked: "Token taken back",
  refused: "Tries to connect, and is refused",
  misbehaving: "Disconnected for what it did",
  tampering: "Tamper suspected",
  flapping: "Connection comes and goes",
  sleeping: "Sleeps between its reports",
  switched_off: "Switched off in order",
  lost: "Lost power or network",
  broker: "Not back after our broker restarted",
  clock: "Wrong clock",
  second_holder: "Another holder of its identity",
  unexplained: "Nothing that we know explains it",
  pending: "Not looked at yet",
} satisfies Record<HypothesisKey | "unexplained" | "pending", string>;

/** What a group of absences is called. */
export function likelyCauseTitle(cause: LikelyCause): string {
  return TITLES[cause];
}
