import type { StateName, Tone } from "@/components/ui/state-shapes";
import type { FindingView } from "@/lib/domain/posture/posture-view";
import type { ProofState } from "@/lib/domain/posture/proof";

interface Mark {
  state: StateName;
  word: string;
  tone?: Tone;
}

export const PROOF_MARKS: Record<ProofState, Mark> = {
  listening: { state: "firing", word: "Listening" },
  listened: { state: "flapping", word: "Listened" },
  untold: { state: "unknown", word: "Not told" },
  stale: { state: "silent", word: "Stale" },
  no_agent: { state: "never_seen", word: "No agent" },
  no_report: { state: "waiting", word: "No report" },
  proved: { state: "done", word: "Proved" },
};

/** For the bar of the whole: what is proved, what listens, what nobody has said. */
export const PROOF_TONES: Record<ProofState, "ok" | "bad" | "sleep" | "unknown"> = {
  listening: "bad",
  listened: "bad",
  untold: "unknown",
  stale: "sleep",
  no_agent: "unknown",
  no_report: "unknown",
  proved: "ok",
};

export const VERDICT_MARKS: Record<FindingView["verdict"], Mark> = {
  violation: { state: "firing", word: "Violation" },
  allowed: { state: "info", word: "Allowed" },
  loopback: { state: "info", word: "Loopback only" },
};

/** A finding by name: `tcp/22`, `to 192.0.2.1:443`, `traffic out`. */
export function findingName({ kind, what }: Pick<FindingView, "kind" | "what">): string {
  if (kind === "destination") return `to ${what}`;
  if (kind === "traffic") return `traffic ${what}`;
  return what === "unnamed" ? "unnamed ports" : what;
}
