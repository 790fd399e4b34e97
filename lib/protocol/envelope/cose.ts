import { Encoder, Tag } from "../cbor";
import { type Binding, checkLengths, type Envelope, type EnvelopeRead, isSequence, keyIdOf, refuseEnvelope, TAG_BYTES, versionOf } from "./envelope";

const cbor = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false });
const ENCRYPT0 = 16;
/** Header labels (RFC 9052 section 3.1) and the algorithm's number (RFC 9053 section 4.1). `seq` is our own label. */
const LABEL = { alg: 1, crit: 2, kid: 4, iv: 5 } as const;
const A256GCM = 3;
const SEQ = "seq";
const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The serialised protected header: algorithm, key id, sequence. */
export function coseProtected(version: number, seq: number): Uint8Array {
  return cbor.encode(
    new Map<number | string, unknown>([
      [LABEL.alg, A256GCM],
      [LABEL.kid, encoder.encode(keyIdOf(version))],
      [SEQ, integer(seq)],
    ]),
  );
}

/** `Enc_structure` (RFC 9052 section 5.3). Device, topic and sequence are authenticated without being sent. */
export function coseAad(protectedHeader: Uint8Array, { device, topic, seq }: Binding): Uint8Array {
  return encStructure(protectedHeader, cbor.encode([device, topic, integer(seq)]));
}

/** `external` is the external_aad. */
export function encStructure(protectedHeader: Uint8Array, externalAad: Uint8Array): Uint8Array {
  return cbor.encode(["Encrypt0", protectedHeader, externalAad]);
}

/** COSE_Encrypt0, tagged, of parts that a cipher has made. */
export function writeCose(protectedHeader: Uint8Array, { nonce, sealed }: Pick<Envelope, "nonce" | "sealed">): Uint8Array {
  return cbor.encode(new Tag([protectedHeader, new Map([[LABEL.iv, nonce]]), sealed], ENCRYPT0));
}

/** Takes a tagged COSE_Encrypt0 apart and checks all that can be checked without the key. Never throws. */
export function readCose(payload: Uint8Array, expected: Omit<Binding, "seq">): EnvelopeRead {
  const parts = readEncrypt0(payload);
  if (!parts) return refuseEnvelope("malformed_envelope", "It is not a COSE_Encrypt0 of protected header, unprotected header and ciphertext.");
  const { protectedHeader, header, nonce, sealed } = parts;
  if (header.get(LABEL.alg) !== A256GCM) return refuseEnvelope("algorithm_not_allowed", "Only A256GCM (3) in the protected header is taken.");
  if (header.has(LABEL.crit)) return refuseEnvelope("algorithm_not_allowed", "`crit` is not taken.");
  if (!(nonce instanceof Uint8Array)) return refuseEnvelope("bad_nonce", "The unprotected header has no IV (5).");
  const wrongLength = checkLengths(nonce, Math.min(sealed.length, TAG_BYTES));
  if (wrongLength) return wrongLength;
  const version = readKeyId(header.get(LABEL.kid));
  if (version === undefined) return refuseEnvelope("unknown_key", "The key id is none of ours; it looks like v7.");
  const seq = Number(header.get(SEQ));
  if (!isSequence(seq) || typeof header.get(SEQ) === "string") return refuseEnvelope("malformed_envelope", "`seq` must be a whole number from 0 to 2^53 - 1.");
  return { ok: true, envelope: { format: "cose", version, seq, nonce, aad: coseAad(protectedHeader, { ...expected, seq }), sealed } };
}

interface Encrypt0 {
  protectedHeader: Uint8Array;
  header: Map<unknown, unknown>;
  nonce: unknown;
  sealed: Uint8Array;
}

/** The three parts of a tagged COSE_Encrypt0, whatever its algorithm. */
export function readEncrypt0(payload: Uint8Array): Encrypt0 | undefined {
  try {
    const tagged: unknown = cbor.decode(payload);
    if (!(tagged instanceof Tag) || tagged.tag !== ENCRYPT0 || !Array.isArray(tagged.value) || tagged.value.length !== 3) return undefined;
    const [protectedHeader, unprotected, sealed] = tagged.value as unknown[];
    if (!(protectedHeader instanceof Uint8Array) || !(unprotected instanceof Map) || !(sealed instanceof Uint8Array)) return undefined;
    const header: unknown = cbor.decode(protectedHeader);
    // A label that stands twice would be read by one side in one way and by the other in another (RFC 9052 section 3).
    if (!(header instanceof Map) || header.size !== (protectedHeader[0] ?? 0) - 0xa0) return undefined;
    return { protectedHeader, header, nonce: unprotected.get(LABEL.iv), sealed };
  } catch {
    return undefined;
  }
}

function readKeyId(kid: unknown): number | undefined {
  try {
    return kid instanceof Uint8Array ? versionOf(utf8.decode(kid)) : undefined;
  } catch {
    return undefined;
  }
}

/** As an integer also above 2^32, where the library would write a float. */
function integer(value: number): number | bigint {
  return value >= 2 ** 32 ? BigInt(value) : value;
}
