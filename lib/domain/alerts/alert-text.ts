import type { PresenceCause } from "@/lib/protocol/presence";
import { causeText } from "../presence/cause-text";
import type { Condition } from "./condition";

/** One sentence: what was seen. Shown in console, live feed and webhook. */
export function thresholdText(metric: string, { comparison, threshold }: Condition, value: number | null): string {
  return `${metric} is ${value === null ? "" : `${formatNumber(value)}, `}${comparison} ${formatNumber(threshold)}.`;
}

/** `leftBehind`: the outage that explained it is over, and it did not come back with the others. */
export function offlineText(cause: PresenceCause, leftBehind = false): string {
  return `Offline. ${causeText(cause)}${leftBehind ? " Its outage is over, and it did not come back with the others." : ""}`;
}

/** `count`: how often within its hour, so far. */
export function leakText(topic: string, count: number): string {
  return `Sent in the open on ${topic}, where its profile requires encryption: ${count === 1 ? "one message" : `${count.toLocaleString("en")} messages`} refused.`;
}

/** The first violations of its posture, one sentence each, and how many more there are. */
export function postureText(evidence: readonly string[]): string {
  const told = evidence.slice(0, 3).join(" ");
  return evidence.length > 3 ? `${told} And ${evidence.length - 3} more.` : told;
}

/** At most six significant digits, no exponent for usual sizes. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
