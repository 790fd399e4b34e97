import type { PresenceState } from "@/lib/protocol/presence";
import type { EnrolmentState } from "./enrolment";

/** Where a device on its way in can be stuck, in the order of the way. */
export const STUCK_AT = ["approval", "answer", "first_report", "away"] as const;
export type StuckAt = (typeof STUCK_AT)[number];

export interface OnItsWay {
  state: EnrolmentState;
  /** When its state changed last. */
  since: Date;
  presence: PresenceState | null;
  /** Since when its presence is so. */
  presenceSince: Date | null;
  /** Has a message of it been stored? */
  reported: boolean;
}

const MINUTE_MS = 60_000;
/** A step that takes longer does not go on by itself. People are given an hour to agree, devices ten minutes. */
const PATIENCE_MS: Record<StuckAt, number> = { approval: 60 * MINUTE_MS, answer: 10 * MINUTE_MS, first_report: 10 * MINUTE_MS, away: 10 * MINUTE_MS };

/** It came in, its first message is there, and it is connected, or away as it said. */
export function isHealthy({ state, presence, reported }: OnItsWay): boolean {
  return state === "stored" && reported && (presence === "online" || presence === "sleeping" || presence === "flapping");
}

/** Where it is stuck, and since when; undefined when it is healthy, was denied, or has not been there long. */
export function stuckAt(device: OnItsWay, now: Date): { at: StuckAt; since: Date } | undefined {
  const step = stepOf(device);
  if (step === undefined) return undefined;
  const since = step === "away" ? (device.presenceSince ?? device.since) : device.since;
  return now.getTime() - since.getTime() > PATIENCE_MS[step] ? { at: step, since } : undefined;
}

function stepOf(device: OnItsWay): StuckAt | undefined {
  if (device.state === "denied" || isHealthy(device)) return undefined;
  if (device.state === "waiting") return "approval";
  if (device.state !== "stored") return "answer";
  return device.reported ? "away" : "first_report";
}
