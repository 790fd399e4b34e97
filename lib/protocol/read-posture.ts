import { Encoder } from "./cbor";
import { LIMITS } from "./limits";
import { type JsonRead, readPayloadJson } from "./payload-json";
import { type PostureReport, postureReportSchema } from "./posture";
import { toLongNames } from "./posture-names";

type Refused = { ok: false; reason: Exclude<JsonRead, { ok: true }>["reason"] | "not_cbor"; detail: string };
export type PostureRead = { ok: true; report: PostureReport } | Refused;

const cbor = new Encoder({ mapsAsObjects: true, useRecords: false });
const MOST_LEVELS = 8;

/**
 * A posture report as it came: JSON or CBOR, long or short names. Never throws; what is refused has a reason and names its place.
 * A CBOR report is a map, so its first byte is 0xa0 to 0xbf; no JSON text begins with one of these.
 */
export function readPosture(payload: Uint8Array): PostureRead {
  const read = isCborMap(payload[0]) ? readCbor(payload) : readPayloadJson(payload);
  if (!read.ok) return read;
  const named = toLongNames(read.value);
  if (!named.ok) return { ok: false, reason: "bad_shape", detail: named.detail };
  const parsed = postureReportSchema.safeParse(named.value);
  if (parsed.success) return { ok: true, report: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: "bad_shape", detail: `${issue?.path.join(".") || "report"}: ${issue?.message ?? "not a posture report"}` };
}

const isCborMap = (first: number | undefined) => first !== undefined && first >= 0xa0 && first <= 0xbf;

function readCbor(payload: Uint8Array): { ok: true; value: unknown } | Refused {
  if (payload.byteLength > LIMITS.telemetryBytes)
    return { ok: false, reason: "too_large", detail: `${payload.byteLength} bytes; at most ${LIMITS.telemetryBytes}.` };
  let value: unknown;
  try {
    value = plain(cbor.decode(payload), 0);
  } catch (error) {
    return { ok: false, reason: "not_cbor", detail: `The payload is not CBOR: ${error instanceof Error ? error.message : "it cannot be read"}`.slice(0, 200) };
  }
  return { ok: true, value };
}

/** Only what JSON has, and not deeper than a report is: 64-bit numbers that fit become numbers. */
function plain(value: unknown, level: number): unknown {
  if (level > MOST_LEVELS) throw new Error(`nested more than ${MOST_LEVELS} levels deep`);
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map((one: unknown) => plain(one, level + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, level + 1)]));
}
