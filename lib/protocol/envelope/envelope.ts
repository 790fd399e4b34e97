/** What a sealed payload is bound to: a message that is moved to another device or topic, or sent again, does not open. */
export interface Binding {
  device: string;
  topic: string;
  seq: number;
}

export type EnvelopeFormat = "jwe" | "cose";
export const ENVELOPE_FORMATS = ["jwe", "cose"] as const satisfies readonly EnvelopeFormat[];

/** A sealed payload taken apart, nothing decrypted yet. Everything but `sealed` and `nonce` is authenticated by `aad`. */
export interface Envelope {
  format: EnvelopeFormat;
  /** Which version of the device's content key, as it stands on the wire. */
  version: number;
  seq: number;
  /** 12 bytes. */
  nonce: Uint8Array;
  /** Additional authenticated data. */
  aad: Uint8Array;
  /** Ciphertext, then 16 bytes of tag. */
  sealed: Uint8Array;
}

/** First bytes: a JWE begins with base64url of `{"`, a COSE_Encrypt0 with its tag; JSON begins with neither. */
const JWE_START = 0x65;
export const COSE_START = 0xd0;

/** Is this a sealed payload? Says nothing about whether it opens. */
export function isEnvelope(payload: Uint8Array): boolean {
  return payload[0] === JWE_START || payload[0] === COSE_START;
}

/** Why an envelope is not opened. Stable codes: they are reasons of rejected messages. */
export const ENVELOPE_REFUSALS = [
  "malformed_envelope",
  "algorithm_not_allowed",
  "bad_nonce",
  "cut_tag",
  "wrong_device",
  "wrong_topic",
  "unknown_key",
  "retired_key",
  "replayed_sequence",
  "tampered",
  "too_large",
] as const;
export type EnvelopeRefusal = (typeof ENVELOPE_REFUSALS)[number];

export type EnvelopeRead = { ok: true; envelope: Envelope } | { ok: false; reason: EnvelopeRefusal; detail: string };

/** AES-256-GCM, the only cipher: 12 bytes of nonce, 16 of tag (NIST SP 800-38D). */
const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

export const refuseEnvelope = (reason: EnvelopeRefusal, detail: string) => ({ ok: false as const, reason, detail });

/** The key id on the wire: `v7` is version 7 of the device that the envelope names. */
export function keyIdOf(version: number): string {
  return `v${version}`;
}

export function versionOf(keyId: string): number | undefined {
  return /^v[1-9]\d{0,8}$/.test(keyId) ? Number(keyId.slice(1)) : undefined;
}

export function isSequence(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Nonce and tag must be whole: Node's cipher would take tags of 4 bytes. */
export function checkLengths(nonce: Uint8Array, tagBytes: number) {
  if (nonce.length !== NONCE_BYTES) return refuseEnvelope("bad_nonce", `The nonce has ${nonce.length} bytes; it must have ${NONCE_BYTES}.`);
  if (tagBytes !== TAG_BYTES) return refuseEnvelope("cut_tag", `The tag has ${Math.max(0, tagBytes)} bytes; it must have ${TAG_BYTES}.`);
  return undefined;
}
