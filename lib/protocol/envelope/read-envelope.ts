import { LIMITS } from "../limits";
import { readCose } from "./cose";
import { type Binding, type EnvelopeRead, refuseEnvelope } from "./envelope";
import { readJwe } from "./jwe";

/** First bytes: a JWE begins with base64url of `{"`, a COSE_Encrypt0 with its tag; JSON begins with neither. */
const JWE_START = 0x65;
const COSE_START = 0xd0;

/** Is this a sealed payload? Says nothing about whether it opens. */
export function isEnvelope(payload: Uint8Array): boolean {
  return payload[0] === JWE_START || payload[0] === COSE_START;
}

/** Takes a sealed payload apart, as it came on `expected.topic` from `expected.device`. Never throws. */
export function readEnvelope(payload: Uint8Array, expected: Omit<Binding, "seq">): EnvelopeRead {
  if (payload.byteLength > LIMITS.envelopeBytes) return refuseEnvelope("too_large", `${payload.byteLength} bytes; at most ${LIMITS.envelopeBytes}.`);
  return payload[0] === COSE_START ? readCose(payload, expected) : readJwe(payload, expected);
}
