/** One thing that was seen, and how much it says. Positive: for the hypothesis; negative: against it; 0: only worth knowing. */
export interface Evidence {
  /** Stable word for it. */
  kind: string;
  weight: number;
  /** A sentence without jargon. */
  text: string;
  /** Where it was seen: "sessions", "refusals", "neighbours" ... */
  source: string;
}

export function weightOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { weight }) => sum + weight, 0);
}

/** Evidence that holds, without what does not apply. */
export function given(...evidence: (Evidence | false | null | undefined)[]): Evidence[] {
  return evidence.filter((one) => one !== false && one !== null && one !== undefined);
}

export const times = (count: number): string => (count === 1 ? "once" : `${count.toLocaleString("en")} times`);
export const devices = (count: number): string => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;

/** "45 s", "3 min", "5 h", "2 d". */
export function spanText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
