import { inboundOf } from "@/lib/domain/posture/sockets";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import type { ReplayWindow } from "@/lib/protocol/envelope/replay-window";
import { readPosture } from "@/lib/protocol/read-posture";
import { readStateReport } from "@/lib/protocol/read-state";
import { parseTelemetry, type Reading, type RejectReason } from "@/lib/protocol/telemetry";
import { parseTopic } from "@/lib/protocol/topics";
import type { KeyRing } from "../encryption/key-ring";

/** A permitted message of a client, as it came. */
export interface IncomingMessage {
  /** Null only for services of ours. */
  fleetId: string | null;
  deviceId: string | null;
  subject: string;
  topic: string;
  payload: Buffer;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** What will be written for it. */
export type Content =
  | { kind: "telemetry"; seq: number; readings: readonly Reading[]; sealed?: SealedWith }
  /** Of a sealed fleet: kept as it came. */
  | { kind: "envelope"; seq: number; sealed: SealedWith }
  | { kind: "posture"; listeningTcp: number; listeningUdp: number; inbound: number | null; report: string }
  /** `number`: of a sealed report; the worker takes none that is not above the one before. */
  | { kind: "state"; report: string; number: number | null }
  | { kind: "rejected"; reason: RejectReason; detail: string };

/** The version of the content key that was really seen, and what its replay window is after this message. */
export interface SealedWith {
  version: number;
  window: ReplayWindow;
}

/** What opens sealed payloads: the key ring. */
export type Keys = Pick<KeyRing, "policyOf" | "open">;

/** Counts down: the sequence numbers of messages that have neither a time nor a sequence of their own. Each is kept as one. */
let arrivals = 0;

const rejected = (reason: RejectReason, detail: string): Content => ({ kind: "rejected", reason, detail });

/** Reads the payload by its topic. Never throws: what cannot be stored is kept as rejected, with the reason. */
export function readMessage({ topic, payload, deviceId, receivedAt }: IncomingMessage, keys: Keys): Content {
  const parsed = parseTopic(topic);
  if (parsed?.kind !== "up" || parsed.device !== deviceId) return rejected("unknown_topic", "Nothing takes messages on this topic.");
  if (parsed.what === "telemetry") {
    if (isEnvelope(payload)) return readSealed({ topic, payload, deviceId, receivedAt }, keys);
    if (keys.policyOf(deviceId) === "required") return rejected("plaintext_not_allowed", "Its profile requires encryption, and this came in the open.");
    return readTelemetry(payload, deviceId, receivedAt);
  }
  if (parsed.what === "posture") return postureContent(payload);
  if (parsed.what === "state") return readState({ topic, payload, deviceId }, keys);
  return rejected("unknown_topic", `Nothing takes \`${parsed.what}\` messages yet.`);
}

function readSealed(
  { topic, payload, deviceId, receivedAt }: Pick<IncomingMessage, "topic" | "payload" | "receivedAt"> & { deviceId: string },
  keys: Keys,
): Content {
  const opened = keys.open(deviceId, topic, payload);
  if (!opened.ok) return rejected(opened.reason, opened.detail);
  const { seq, version, window } = opened;
  if (opened.plain === null) return { kind: "envelope", seq, sealed: { version, window } };
  const result = parseTelemetry(opened.plain, deviceId, receivedAt);
  if (!result.ok) return rejected(result.reason, result.detail);
  // A simple client may leave its number to the envelope; two that disagree are two messages in one.
  if (result.message.seq !== 0 && result.message.seq !== seq) return rejected("bad_sequence", `Sealed as number ${seq}, named ${result.message.seq} inside.`);
  return { kind: "telemetry", seq, readings: result.message.readings, sealed: { version, window } };
}

function readTelemetry(payload: Buffer, deviceId: string, receivedAt: number): Content {
  const result = parseTelemetry(payload, deviceId, receivedAt);
  if (!result.ok) return rejected(result.reason, result.detail);
  const { seq, arrivalTimed, readings } = result.message;
  // Two such messages of one millisecond are two, not one sent twice.
  return { kind: "telemetry", seq: seq === 0 && arrivalTimed ? --arrivals : seq, readings };
}

/** Sealed reports have numbers of their own: the replay window of the key is for measurements. */
function readState({ topic, payload, deviceId }: Pick<IncomingMessage, "topic" | "payload"> & { deviceId: string }, keys: Keys): Content {
  let [plain, number]: [Uint8Array, number | null] = [payload, null];
  if (isEnvelope(payload)) {
    const opened = keys.open(deviceId, topic, payload, { ownNumbers: true });
    if (!opened.ok) return rejected(opened.reason, opened.detail);
    if (opened.plain === null) return rejected("unknown_topic", "This fleet is sealed: the platform could not read a state, and takes none.");
    [plain, number] = [opened.plain, opened.seq];
  } else if (keys.policyOf(deviceId) === "required") return rejected("plaintext_not_allowed", "Its profile requires encryption, and this came in the open.");
  const read = readStateReport(plain);
  return read.ok ? { kind: "state", report: JSON.stringify(read.report), number } : rejected(read.reason, read.detail);
}

function postureContent(payload: Buffer): Content {
  const read = readPosture(payload);
  if (!read.ok) return rejected(read.reason, read.detail);
  const report = JSON.stringify(read.report);
  // jsonb takes neither NUL nor lone surrogates (22P05, 22P02).
  if (/\\u(0000|d[89a-f])/.test(report)) return rejected("bad_shape", "Text with a NUL character or half a surrogate pair.");
  const { listening_tcp_ports: tcp, listening_udp_ports: udp } = read.report.metrics;
  const total = (list: typeof tcp) => Math.max(list?.total ?? 0, list?.ports?.length ?? 0);
  return { kind: "posture", listeningTcp: total(tcp), listeningUdp: total(udp), inbound: inboundOf(read.report), report };
}
