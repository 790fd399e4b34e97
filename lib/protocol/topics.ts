import { isSegment } from "./segments";

/**
 * The topic tree, the only place that knows it.
 *
 *   sp/v1/{fleet}/{device}/up/telemetry|posture|state|key|token|update|command/{id}   device -> platform
 *   sp/v1/{fleet}/{device}/down/state|key|token|update|command/{id}                   platform -> device
 *   sp/v1/{fleet}/{device}/presence       retained, written by the platform only
 *   sp/v1/{fleet}/live/{what}             summaries for consoles
 *   sp/v1/claim/{applicant}/up|down       first contact (lib/protocol/claim.ts): who connects with a claim code knows no fleet yet
 *   sp/v1/home/{applicant}/up|down        the way home of a device whose token ended (lib/protocol/home.ts)
 */
export const TOPIC_ROOT = "sp/v1";

export const UP_KINDS = ["telemetry", "posture", "state", "key", "token", "update", "command"] as const;
export type UpKind = (typeof UP_KINDS)[number];
export type DownKind = "key" | "state" | "token";
export const LIVE_KINDS = ["summary", "alerts", "events"] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

export const topics = {
  up: (fleet: string, device: string, kind: UpKind) => `${TOPIC_ROOT}/${fleet}/${device}/up/${kind}`,
  upAll: (fleet: string, device: string) => `${TOPIC_ROOT}/${fleet}/${device}/up/#`,
  down: (fleet: string, device: string, kind: DownKind) => `${TOPIC_ROOT}/${fleet}/${device}/down/${kind}`,
  downAll: (fleet: string, device: string) => `${TOPIC_ROOT}/${fleet}/${device}/down/#`,
  command: (fleet: string, device: string, id: string) => `${TOPIC_ROOT}/${fleet}/${device}/down/command/${id}`,
  /** The answers to one command. */
  commandAnswer: (fleet: string, device: string, id: string) => `${TOPIC_ROOT}/${fleet}/${device}/up/command/${id}`,
  /** All commands to one device. */
  commands: (fleet: string, device: string) => `${TOPIC_ROOT}/${fleet}/${device}/down/command/+`,
  presence: (fleet: string, device: string) => `${TOPIC_ROOT}/${fleet}/${device}/presence`,
  presenceOfAll: (fleet: string) => `${TOPIC_ROOT}/${fleet}/+/presence`,
  live: (fleet: string, kind: LiveKind) => `${TOPIC_ROOT}/${fleet}/live/${kind}`,
  liveAll: (fleet: string) => `${TOPIC_ROOT}/${fleet}/live/#`,
  telemetryOfAll: (fleet: string) => `${TOPIC_ROOT}/${fleet}/+/up/telemetry`,
} as const;

export type ParsedTopic =
  | { kind: "up"; fleet: string; device: string; what: UpKind; id: string | undefined }
  | { kind: "presence"; fleet: string; device: string }
  | { kind: "live"; fleet: string; what: LiveKind };

/** Splits a concrete topic of ours. Undefined for anything that is not exactly one of the forms above. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const [root, version, fleet, second, third, fourth, fifth, ...rest] = topic.split("/");
  if (`${root}/${version}` !== TOPIC_ROOT || !fleet || !second || rest.length > 0) return undefined;
  if (!isSegment(fleet) || !isSegment(second)) return undefined;
  // `live` and `claim` are no devices; device ids carry a prefix, so that they never collide.
  if (second === "live") {
    const what = LIVE_KINDS.find((kind) => kind === third);
    return what && fourth === undefined ? { kind: "live", fleet, what } : undefined;
  }
  if (second === "claim") return undefined;
  if (third === "presence" && fourth === undefined) return { kind: "presence", fleet, device: second };
  if (third !== "up") return undefined;
  const what = UP_KINDS.find((kind) => kind === fourth);
  if (!what) return undefined;
  const needsId = what === "command";
  if (needsId !== (fifth !== undefined) || (fifth !== undefined && !isSegment(fifth))) return undefined;
  return { kind: "up", fleet, device: second, what, id: fifth };
}
