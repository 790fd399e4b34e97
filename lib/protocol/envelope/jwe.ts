import { fromBase64url, toBase64url } from "./base64url";
import { type Binding, checkLengths, type Envelope, type EnvelopeRead, isSequence, keyIdOf, refuseEnvelope, TAG_BYTES, versionOf } from "./envelope";

const DOT = 0x2e;
const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The encoded protected header of a message, which is also its additional authenticated data (RFC 7516 section 5.1, step 14). */
export function jweAad(version: number, { device, topic, seq }: Binding): Uint8Array {
  return toBase64url(encoder.encode(JSON.stringify({ alg: "dir", enc: "A256GCM", kid: keyIdOf(version), sub: device, topic, seq })));
}

/** JWE compact serialization (RFC 7516 section 7.1) of parts that a cipher has made. */
export function writeJwe({ aad, nonce, sealed }: Pick<Envelope, "aad" | "nonce" | "sealed">): Uint8Array<ArrayBuffer> {
  const cut = sealed.length - TAG_BYTES;
  const parts = [aad, new Uint8Array(0), toBase64url(nonce), toBase64url(sealed.subarray(0, cut)), toBase64url(sealed.subarray(cut))];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, parts.length - 1)).fill(DOT);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length + 1;
  }
  return bytes;
}

/** Takes a compact JWE apart and checks all that can be checked without the key. Never throws. */
export function readJwe(payload: Uint8Array, expected: Omit<Binding, "seq">): EnvelopeRead {
  const parts = split(payload);
  const [aad, encryptedKey, nonceText, ciphertextText, tagText] = parts;
  if (parts.length !== 5 || !aad || !encryptedKey || !nonceText || !ciphertextText || !tagText)
    return refuseEnvelope("malformed_envelope", "A compact JWE has five parts.");
  const header = readHeader(aad);
  if (!header) return refuseEnvelope("malformed_envelope", "The protected header is not a JSON object in base64url.");
  const alg = header.get("alg");
  const enc = header.get("enc");
  if (alg !== "dir" || enc !== "A256GCM") return refuseEnvelope("algorithm_not_allowed", `${word(alg)} with ${word(enc)}; only dir with A256GCM is taken.`);
  if (header.has("crit") || header.has("zip")) return refuseEnvelope("algorithm_not_allowed", "`crit` and `zip` are not taken.");
  if (encryptedKey.length > 0) return refuseEnvelope("malformed_envelope", "With `dir` the encrypted key is empty.");
  const nonce = fromBase64url(nonceText);
  const ciphertext = fromBase64url(ciphertextText);
  const tag = fromBase64url(tagText);
  if (!nonce || !ciphertext || !tag) return refuseEnvelope("malformed_envelope", "A part is not base64url.");
  const wrongLength = checkLengths(nonce, tag.length);
  if (wrongLength) return wrongLength;
  const kid = header.get("kid");
  const version = typeof kid === "string" ? versionOf(kid) : undefined;
  if (version === undefined) return refuseEnvelope("unknown_key", `The key id ${word(kid)} is none of ours; it looks like v7.`);
  const seq = header.get("seq");
  if (!isSequence(seq)) return refuseEnvelope("malformed_envelope", "`seq` must be a whole number from 0 to 2^53 - 1.");
  if (header.get("sub") !== expected.device) return refuseEnvelope("wrong_device", `It was sealed by ${word(header.get("sub"))}.`);
  if (header.get("topic") !== expected.topic) return refuseEnvelope("wrong_topic", `It was sealed for ${word(header.get("topic"))}.`);
  const sealed = new Uint8Array(ciphertext.length + tag.length);
  sealed.set(ciphertext);
  sealed.set(tag, ciphertext.length);
  return { ok: true, envelope: { format: "jwe", version, seq, nonce, aad, sealed } };
}

function split(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let dot = bytes.indexOf(DOT); dot >= 0 && parts.length < 5; dot = bytes.indexOf(DOT, from)) {
    parts.push(bytes.subarray(from, dot));
    from = dot + 1;
  }
  parts.push(bytes.subarray(from));
  return parts;
}

function readHeader(encoded: Uint8Array): Map<string, unknown> | undefined {
  const bytes = fromBase64url(encoded);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return value !== null && typeof value === "object" && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** What a stranger wrote, short and harmless enough for a sentence. */
function word(value: unknown): string {
  return typeof value === "string" ? `"${value.replace(/[^\x20-\x7e]/g, "?").slice(0, 100)}"` : "nothing";
}
