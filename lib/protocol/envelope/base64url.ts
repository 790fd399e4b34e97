const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const VALUES = new Int8Array(256).fill(-1);
for (const [value, code] of CODES.entries()) VALUES[code] = value;

const value = (text: Uint8Array, at: number) => VALUES[text[at] ?? 0] ?? -1;
const code = (bits: number) => CODES[bits & 63] ?? 0;

/**
 * Base64url without padding (RFC 7515 section 2), from ASCII bytes to bytes. Strict: one value has one spelling, so whitespace,
 * padding and stray bits at the end are refused. Undefined when it is not that.
 */
export function fromBase64url(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const whole = text.length - rest;
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let at = 0;
  for (let from = 0; from < whole; from += 4) {
    // A character that is none makes the whole negative.
    const bits = (value(text, from) << 18) | (value(text, from + 1) << 12) | (value(text, from + 2) << 6) | value(text, from + 3);
    if (bits < 0) return undefined;
    bytes[at++] = bits >> 16;
    bytes[at++] = bits >> 8;
    bytes[at++] = bits;
  }
  if (rest === 0) return bytes;
  const last = (value(text, whole) << 12) | (value(text, whole + 1) << 6) | (rest === 3 ? value(text, whole + 2) : 0);
  const stray = rest === 3 ? last & 3 : last & 0x3ff;
  if (last < 0 || stray !== 0) return undefined;
  bytes[at++] = last >> 10;
  if (rest === 3) bytes[at] = last >> 2;
  return bytes;
}

/** The ASCII bytes of the base64url text. */
export function toBase64url(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = bytes.length % 3;
  const whole = bytes.length - rest;
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let from = 0; from < whole; from += 3) {
    const bits = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    text[at++] = code(bits >> 18);
    text[at++] = code(bits >> 12);
    text[at++] = code(bits >> 6);
    text[at++] = code(bits);
  }
  if (rest === 0) return text;
  const last = ((bytes[whole] ?? 0) << 8) | (rest === 2 ? (bytes[whole + 1] ?? 0) : 0);
  text[at++] = code(last >> 10);
  text[at++] = code(last >> 4);
  if (rest === 2) text[at] = code(last << 2);
  return text;
}
