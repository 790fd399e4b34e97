import { LIMITS } from "../limits";
import { readCose } from "./cose";
import { type Binding, COSE_START, type EnvelopeRead, refuseEnvelope } from "./envelope";
import { readJwe } from "./jwe";

/** Takes a sealed payload apart, as it came on `expected.topic` from `expected.device`. Never throws. */
export function readEnvelope(payload: Uint8Array, expected: Omit<Binding, "seq">): EnvelopeRead {
  if (payload.byteLength > LIMITS.envelopeBytes) return refuseEnvelope("too_large", `${payload.byteLength} bytes; at most ${LIMITS.envelopeBytes}.`);
  return payload[0] === COSE_START ? readCose(payload, expected) : readJwe(payload, expected);
}
