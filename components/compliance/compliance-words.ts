import type { StateName, Tone } from "@/components/ui/state-shapes";
import { type ComplianceState, STATE_WORDS } from "@/lib/domain/compliance/judgement";

const SHAPES: Record<ComplianceState, { state: StateName; tone?: Tone }> = {
  met: { state: "done" },
  partly: { state: "silent" },
  not_met: { state: "failed" },
  not_covered: { state: "never_seen" },
};

export const COMPLIANCE_MARKS = Object.fromEntries(
  Object.entries(SHAPES).map(([state, shape]) => [state, { ...shape, word: state === "not_covered" ? "Not covered" : STATE_WORDS[state as ComplianceState] }]),
) as Record<ComplianceState, { state: StateName; tone?: Tone; word: string }>;
