import { ENVELOPE_REFUSALS } from "./envelope/envelope";
import { LIMITS } from "./limits";
import { readPayloadJson } from "./payload-json";
import { METRIC_PATTERN } from "./segments";

/** One number of one metric at one moment. `time` in milliseconds since 1970; `seq` 0 when the sender gave none. */
export interface Reading {
  metric: string;
  time: number;
  value: number;
  unit: string | undefined;
}

export interface TelemetryMessage {
  /** The sender's own counter for this message; 0 when it has none (a plain client). Makes redelivery idempotent. */
  seq: number;
  /** Some reading carried no time of its own and got the time of its arrival: sent again, it would get another one. */
  arrivalTimed: boolean;
  readings: Reading[];
}

/** Why a message was not stored. Stable codes: the rejected-message view, metrics and documentation name them. */
export const REJECT_REASONS = [
  "not_utf8",
  "not_json",
  "not_cbor",
  "too_large",
  "too_many_readings",
  "empty",
  "bad_shape",
  "bad_metric_name",
  "not_finite",
  "wrong_device",
  "time_out_of_range",
  "bad_sequence",
  "unknown_topic",
  "unknown_device",
  "store_refused",
  "plaintext_not_allowed",
  "public_key_changed",
  "unknown_command",
  ...ENVELOPE_REFUSALS.filter((reason) => reason !== "wrong_device" && reason !== "too_large"),
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export type TelemetryResult = { ok: true; message: TelemetryMessage } | { ok: false; reason: RejectReason; detail: string };

const refuse = (reason: RejectReason, detail: string): TelemetryResult => ({ ok: false, reason, detail });

/** Values below this are seconds relative to now (RFC 8428 section 4.5.3). */
const SENML_ABSOLUTE_FROM = 2 ** 28;

/**
 * Reads the payload of `up/telemetry`: SenML JSON (RFC 8428), or a flat object of numbers from a simple client.
 *
 * SenML: the base name, when given, is `{deviceId}:`; the extension label `seq` in the first record carries the message's
 * sequence number. Flat: `{"temperature": 21.4}`, with optional `time` (seconds since 1970) and `seq`.
 * Never throws. `now` in milliseconds.
 */
export function parseTelemetry(payload: Uint8Array, deviceId: string, now: number): TelemetryResult {
  const json = readPayloadJson(payload);
  if (!json.ok) return json;
  const { value } = json;
  if (Array.isArray(value)) return parseSenml(value, deviceId, now);
  if (value !== null && typeof value === "object") return parseFlat(new Map(Object.entries(value)), now);
  return refuse("bad_shape", "Expected a SenML array or an object of numbers.");
}

function parseFlat(fields: Map<string, unknown>, now: number): TelemetryResult {
  const seq = readSeq(fields.get("seq"));
  if (seq === undefined) return refuse("bad_sequence", "`seq` must be a whole number from 0 to 2^53 - 1.");
  const givenTime = fields.get("time");
  if (givenTime !== undefined && typeof givenTime !== "number") return refuse("bad_shape", "`time` must be seconds since 1970.");
  const time = givenTime === undefined ? now : Math.round(givenTime * 1000);
  const readings: Reading[] = [];
  for (const [metric, value] of fields) {
    if (metric === "seq" || metric === "time") continue;
    if (typeof value !== "number") return refuse("bad_shape", `\`${printable(metric)}\` is not a number.`);
    readings.push({ metric, time, value, unit: undefined });
  }
  return finish({ seq, arrivalTimed: givenTime === undefined, readings }, now);
}

function parseSenml(records: unknown[], deviceId: string, now: number): TelemetryResult {
  let baseName = "";
  let baseTime = 0;
  let baseValue = 0;
  let baseUnit: string | undefined;
  let seq = 0;
  let arrivalTimed = false;
  const readings: Reading[] = [];
  for (const [index, record] of records.entries()) {
    if (record === null || typeof record !== "object" || Array.isArray(record)) return refuse("bad_shape", `Record ${index} is not an object.`);
    const fields = new Map<string, unknown>(Object.entries(record));
    for (const [label, type] of SENML_TYPES)
      if (fields.has(label) && typeof fields.get(label) !== type) return refuse("bad_shape", `Record ${index}: \`${label}\` is not a ${type}.`);
    const mustUnderstand = [...fields.keys()].find((label) => label.endsWith("_"));
    if (mustUnderstand) return refuse("bad_shape", `Record ${index}: \`${printable(mustUnderstand)}\` must be understood, and is not.`);
    baseName = (fields.get("bn") as string | undefined) ?? baseName;
    baseTime = (fields.get("bt") as number | undefined) ?? baseTime;
    baseValue = (fields.get("bv") as number | undefined) ?? baseValue;
    baseUnit = (fields.get("bu") as string | undefined) ?? baseUnit;
    if (index === 0 && fields.has("seq")) {
      const given = readSeq(fields.get("seq"));
      if (given === undefined) return refuse("bad_sequence", "`seq` must be a whole number from 0 to 2^53 - 1.");
      seq = given;
    }
    const value = fields.get("v") as number | undefined;
    if (value === undefined && !fields.has("bv")) {
      if (fields.has("vs") || fields.has("vb") || fields.has("vd")) return refuse("bad_shape", `Record ${index}: only numeric values (\`v\`) are stored.`);
      continue;
    }
    const fullName = baseName + ((fields.get("n") as string | undefined) ?? "");
    const metric = stripDevice(fullName, deviceId);
    if (metric === undefined) return refuse("wrong_device", `Record ${index} is named for another device.`);
    const seconds = baseTime + ((fields.get("t") as number | undefined) ?? 0);
    const relative = seconds < SENML_ABSOLUTE_FROM;
    if (relative) arrivalTimed = true;
    const time = (relative ? now : 0) + Math.round(seconds * 1000);
    readings.push({ metric, time, value: baseValue + (value ?? 0), unit: (fields.get("u") as string | undefined) ?? baseUnit });
    if (readings.length > LIMITS.readingsPerMessage) return refuse("too_many_readings", `More than ${LIMITS.readingsPerMessage} readings.`);
  }
  return finish({ seq, arrivalTimed, readings }, now);
}

const SENML_TYPES = [
  ["bn", "string"],
  ["bt", "number"],
  ["bv", "number"],
  ["bu", "string"],
  ["n", "string"],
  ["u", "string"],
  ["v", "number"],
  ["t", "number"],
] as const;

/** `dev_1:temperature` -> `temperature`; a name without `:` is a bare metric of this device. */
function stripDevice(fullName: string, deviceId: string): string | undefined {
  const colon = fullName.indexOf(":");
  if (colon < 0) return fullName;
  return fullName.slice(0, colon) === deviceId ? fullName.slice(colon + 1) : undefined;
}

function readSeq(value: unknown): number | undefined {
  if (value === undefined) return 0;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function finish(message: TelemetryMessage, now: number): TelemetryResult {
  const { readings } = message;
  if (readings.length === 0) return refuse("empty", "No readings in the message.");
  if (readings.length > LIMITS.readingsPerMessage) return refuse("too_many_readings", `More than ${LIMITS.readingsPerMessage} readings.`);
  for (const reading of readings) {
    if (!METRIC_PATTERN.test(reading.metric)) return refuse("bad_metric_name", `\`${printable(reading.metric)}\` is not a metric name.`);
    if (!Number.isFinite(reading.value)) return refuse("not_finite", `\`${reading.metric}\` is not a finite number.`);
    if (reading.unit !== undefined && !/^[\x20-\x7e]{0,16}$/.test(reading.unit)) reading.unit = undefined;
    if (!Number.isFinite(reading.time) || reading.time < now - LIMITS.telemetryMaxAgeMs || reading.time > now + LIMITS.telemetryMaxAheadMs)
      return refuse("time_out_of_range", `\`${reading.metric}\`: its time is not within 35 days back and 1 day ahead.`);
  }
  return { ok: true, message };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 64);
}

/** Writes one message as SenML JSON with base name, base time and sequence (what our agent and simulator send). */
export function encodeTelemetry(deviceId: string, seq: number, time: number, values: ReadonlyMap<string, { value: number; unit?: string }>): string {
  const records = [...values].map(([n, { value, unit }], index) => ({
    ...(index === 0 ? { bn: `${deviceId}:`, bt: time / 1000, seq } : {}),
    n,
    v: value,
    ...(unit === undefined ? {} : { u: unit }),
  }));
  return JSON.stringify(records);
}
