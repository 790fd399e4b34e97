import { ProtocolViolation } from "./violation";

/** BOM kept: it is a character like any other (MQTT-1.5.3-3). `fatal` refuses what is not UTF-8, encoded surrogates included. */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bounds of a length-prefixed field: two bytes length, then so many bytes. Throws when it reaches past `end`. */
export function fieldEnd(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end) throw new ProtocolViolation("bad_packet", "A field is cut off.");
  const fieldEnd = at + 2 + bytes.readUInt16BE(at);
  if (fieldEnd > end) throw new ProtocolViolation("bad_packet", "A field reaches past the end of its packet.");
  return fieldEnd;
}

/** The text of a field (section 1.5.3): strict UTF-8 without U+0000. */
export function readText(bytes: Buffer, at: number, fieldEnd: number): string {
  checkText(bytes, at, fieldEnd);
  return bytes.toString("utf8", at + 2, fieldEnd);
}

/** Like `readText`, without making the string: one pass over ASCII, the decoder only for the rest. */
function checkText(bytes: Buffer, at: number, fieldEnd: number): void {
  let ascii = true;
  for (let i = at + 2; i < fieldEnd; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0) throw new ProtocolViolation("bad_text", "Text with a NUL character.");
    if (byte > 0x7f) ascii = false;
  }
  if (ascii) return;
  try {
    strict.decode(bytes.subarray(at + 2, fieldEnd));
  } catch {
    throw new ProtocolViolation("bad_text", "Text that is not UTF-8.");
  }
}

const PLUS = 0x2b;
const HASH = 0x23;
const SLASH = 0x2f;

/** A topic to publish to (section 4.7): at least one character, no wildcard. */
export function checkTopic(bytes: Buffer, at: number, fieldEnd: number): void {
  checkText(bytes, at, fieldEnd);
  if (fieldEnd === at + 2) throw new ProtocolViolation("bad_topic", "An empty topic.");
  for (let i = at + 2; i < fieldEnd; i++) if (bytes[i] === PLUS || bytes[i] === HASH) throw new ProtocolViolation("bad_topic", "A topic with a wildcard.");
}

/** A topic filter (section 4.7.1): `#` alone in the last level, `+` alone in its level. */
export function checkFilter(bytes: Buffer, at: number, fieldEnd: number): void {
  checkText(bytes, at, fieldEnd);
  const start = at + 2;
  if (fieldEnd === start) throw new ProtocolViolation("bad_filter", "An empty filter.");
  for (let i = start; i < fieldEnd; i++) {
    if (bytes[i] !== PLUS && bytes[i] !== HASH) continue;
    const alone = (i === start || bytes[i - 1] === SLASH) && (i + 1 === fieldEnd || bytes[i + 1] === SLASH);
    if (!alone || (bytes[i] === HASH && i + 1 !== fieldEnd)) throw new ProtocolViolation("bad_filter", "A filter with a wildcard out of place.");
  }
}
