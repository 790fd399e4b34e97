import { silenceLimitMs } from "../presence/silence";

/** What a threshold rule asks of a value. Equal to the threshold is not over it. */
export interface Condition {
  comparison: "above" | "below";
  threshold: number;
}

export function conditionHolds({ comparison, threshold }: Condition, value: number): boolean {
  return comparison === "above" ? value > threshold : value < threshold;
}

/** How long a value speaks for the present, in milliseconds: as long as the device may keep quiet without being silent. */
export function evidenceLimitMs(reportingIntervalSeconds: number): number {
  return silenceLimitMs(reportingIntervalSeconds);
}

/**
 * The moment a measurement speaks of, by our clock: its own time, unless that lies ahead of its arrival or too far behind it.
 * Such a device's clock is wrong, and its newest value counts as of now (reliability R4: rules use the server's time).
 */
export function evidenceTime(measuredAt: Date, receivedAt: Date, limitMs: number): Date {
  const late = receivedAt.getTime() - measuredAt.getTime();
  return late < 0 || late > limitMs ? receivedAt : measuredAt;
}
