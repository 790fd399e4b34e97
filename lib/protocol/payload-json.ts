import { LIMITS } from "./limits";

export type JsonRead = { ok: true; value: unknown } | { ok: false; reason: "empty" | "too_large" | "not_utf8" | "bad_shape" | "not_json"; detail: string };

const MOST_LEVELS = 8;
const utf8 = new TextDecoder("utf-8", { fatal: true });

const refuse = (reason: Exclude<JsonRead, { ok: true }>["reason"], detail: string): JsonRead => ({ ok: false, reason, detail });

/** The JSON of a payload, within the bounds of the wire. Never throws. */
export function readPayloadJson(payload: Uint8Array): JsonRead {
  if (payload.byteLength === 0) return refuse("empty", "The payload has no bytes.");
  if (payload.byteLength > LIMITS.telemetryBytes) return refuse("too_large", `${payload.byteLength} bytes; at most ${LIMITS.telemetryBytes}.`);
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return refuse("not_utf8", "The payload is not UTF-8 text.");
  }
  if (nestingExceeds(text, MOST_LEVELS)) return refuse("bad_shape", `Nested more than ${MOST_LEVELS} levels deep.`);
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return refuse("not_json", "The payload is not JSON.");
  }
}

/** JSON bombs: 20,000 nested brackets cost a stack in Postgres and here; counting brackets costs nothing. */
function nestingExceeds(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > limit) return true;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return false;
}
