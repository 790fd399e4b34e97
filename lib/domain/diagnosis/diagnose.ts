import { stateText } from "../presence/cause-text";
import { type Evidence, weightOf } from "./evidence";
import type { DeviceFacts } from "./facts";
import { HYPOTHESES } from "./hypotheses";
import type { Hypothesis } from "./hypothesis";
import { judgeTamper, type TamperJudgement } from "./judge-tamper";

export const LIKELIHOODS = ["very_likely", "likely", "possible", "ruled_out"] as const;
export type Likelihood = (typeof LIKELIHOODS)[number];

export interface Ranked extends Hypothesis {
  likelihood: Likelihood;
}

export interface Diagnosis {
  /** The answer in a sentence, with the device's name. */
  answer: string;
  hypotheses: Ranked[];
  tamper: TamperJudgement;
}

/** Every hypothesis with its evidence, the best supported first; what speaks against one keeps it in the list, as ruled out. */
export function diagnose(facts: DeviceFacts, { id, name }: { id: string; name: string }): Diagnosis {
  const tamper = judgeTamper(facts);
  const hypotheses = HYPOTHESES.map((make, place) => {
    const hypothesis = make(facts, id);
    const weight = weightOf(hypothesis.evidence);
    const likelihood = hypothesis.key === "tampering" ? tamperLikelihood(tamper) : likelihoodOf(weight);
    return {
      ...hypothesis,
      evidence: byWeight(hypothesis.evidence),
      likelihood,
      weight: hypothesis.key === "tampering" && tamper.suspected ? weight + 3 : weight,
      place,
    };
  })
    .sort((a, b) => LIKELIHOODS.indexOf(a.likelihood) - LIKELIHOODS.indexOf(b.likelihood) || b.weight - a.weight || a.place - b.place)
    .map(({ weight: _weight, place: _place, ...ranked }) => ranked);
  return { answer: answerOf(facts, name, hypotheses[0]), hypotheses, tamper };
}

function likelihoodOf(weight: number): Likelihood {
  if (weight >= 6) return "very_likely";
  return weight >= 3 ? "likely" : weight >= 1 ? "possible" : "ruled_out";
}

function tamperLikelihood({ suspected, score }: TamperJudgement): Likelihood {
  if (suspected) return score >= 7 ? "very_likely" : "likely";
  return score >= 2 ? "possible" : "ruled_out";
}

function byWeight(evidence: readonly Evidence[]): Evidence[] {
  return [...evidence].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}

const AWAY: ReadonlySet<string> = new Set(["offline", "unknown", "flapping", "never_seen"]);

function answerOf({ presence }: DeviceFacts, name: string, first: Ranked | undefined): string {
  if (!AWAY.has(presence.state)) return `${name} is ${stateText(presence.state)}`;
  if (presence.state === "never_seen") return `${name} has never connected`;
  const state = stateText(presence.state);
  if (!first || first.likelihood === "ruled_out") return `${name} is ${state}, and nothing that we know explains it`;
  const maybe = first.likelihood === "possible" ? ", perhaps" : "";
  return `${name} is ${state}${maybe} because ${first.because}`;
}
