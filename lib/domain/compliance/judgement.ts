import type { ComplianceFacts } from "./facts";

/** `not_covered`: nothing in this system gives evidence of it, for or against. */
export const COMPLIANCE_STATES = ["met", "partly", "not_met", "not_covered"] as const;
export type ComplianceState = (typeof COMPLIANCE_STATES)[number];

export interface Evidence {
  text: string;
  /** Where the console shows it. */
  href?: string;
}

export interface Judgement {
  state: ComplianceState;
  evidence: Evidence[];
}

export type Judge = (facts: ComplianceFacts) => Judgement;

/** All: met. Some: partly. None, or nothing to count: not met. */
export function share(part: number, whole: number): ComplianceState {
  if (part <= 0 || whole <= 0) return "not_met";
  return part >= whole ? "met" : "partly";
}

/** Met while nothing speaks against it, and there is anything to look at. */
export function unless(problems: number, whole: number): ComplianceState {
  if (whole <= 0) return "not_met";
  return problems > 0 ? "partly" : "met";
}

const RANK: Record<ComplianceState, number> = { not_met: 0, partly: 1, met: 2, not_covered: 3 };

/** The least of several: all of them must hold. */
export function least(...states: ComplianceState[]): ComplianceState {
  return states.reduce((a, b) => (RANK[a] <= RANK[b] ? a : b), "met");
}

/** At most partly: something that matters is not seen from here. */
export const atMostPartly = (state: ComplianceState): ComplianceState => (state === "met" ? "partly" : state);

const n = (value: number) => value.toLocaleString("en");
export const ofDevices = (part: number, { devices }: Pick<ComplianceFacts, "devices">) => `${n(part)} of ${n(devices)} ${devices === 1 ? "device" : "devices"}`;
export const some = (value: number, one: string, many = `${one}s`) => `${value === 0 ? "no" : n(value)} ${value === 1 ? one : many}`;
export const said = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const STATE_WORDS: Record<ComplianceState, string> = {
  met: "Met",
  partly: "Partly met",
  not_met: "Not met",
  not_covered: "Not covered by this system",
};
