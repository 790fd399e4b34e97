import { createDecipheriv, randomBytes } from "node:crypto";
import fc from "fast-check";
import { CompactEncrypt, compactDecrypt } from "jose";
import { describe, expect, test } from "vitest";
import { aesGcm } from "@/lib/base/aes-gcm";
import { fromBase64url } from "./base64url";
import { encStructure, readCose, readEncrypt0 } from "./cose";
import { type Binding, ENVELOPE_FORMATS, type Envelope, type EnvelopeFormat, isEnvelope } from "./envelope";
import { readJwe } from "./jwe";
import { readEnvelope } from "./read-envelope";
import { sealEnvelope } from "./seal-envelope";
import { importContentKey, openInBrowser } from "./web-cipher";

const key = randomBytes(32);
const binding: Binding = { device: "dev_1", topic: "sp/v1/f1/dev_1/up/telemetry", seq: 1_764_308_000_001 };
const plain = new TextEncoder().encode('[{"bn":"dev_1:","bt":1764308000,"n":"temperature","v":21.4}]');
const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const seal = (format: EnvelopeFormat = "jwe") => sealEnvelope(aesGcm, { key, version: 7 }, binding, plain, format);

function parts(payload: Uint8Array, expected: Omit<Binding, "seq"> = binding): Envelope {
  const read = readEnvelope(payload, expected);
  if (!read.ok) throw new Error(read.reason);
  return read.envelope;
}

function reasonOf(payload: Uint8Array, expected: Omit<Binding, "seq"> = binding): string {
  const read = readEnvelope(payload, expected);
  if (!read.ok) return read.reason;
  return aesGcm.open(key, read.envelope) ? "opens" : "tampered";
}

describe.each(ENVELOPE_FORMATS)("%s", (format) => {
  test("what is sealed opens, in Node and by WebCrypto, with version and sequence as sent", async () => {
    const payload = seal(format);
    expect(isEnvelope(payload)).toBe(true);
    const envelope = parts(payload);
    expect(envelope).toMatchObject({ format, version: 7, seq: binding.seq });
    expect(aesGcm.open(key, envelope)).toEqual(Buffer.from(plain));
    expect(await openInBrowser(await importContentKey(key), envelope)).toEqual(plain);
    expect(await openInBrowser(await importContentKey(randomBytes(32)), envelope)).toBeUndefined();
  });

  test("no byte of it can be changed, and none be left out", () => {
    const payload = seal(format);
    for (const [index, byte] of payload.entries()) {
      const changed = payload.slice();
      changed[index] = byte ^ 1;
      expect(reasonOf(changed)).not.toBe("opens");
      expect(reasonOf(payload.slice(0, index))).not.toBe("opens");
    }
  });

  test("another device, topic or sequence does not open", () => {
    const elsewhere = [
      { ...binding, device: "dev_2" },
      { ...binding, topic: "sp/v1/f1/dev_1/up/posture" },
    ].map((other) => reasonOf(seal(format), other));
    expect(elsewhere).toEqual(format === "jwe" ? ["wrong_device", "wrong_topic"] : ["tampered", "tampered"]);
    const later = parts(sealEnvelope(aesGcm, { key, version: 7 }, { ...binding, seq: 8 }, plain, format));
    expect(aesGcm.open(key, { ...parts(seal(format)), aad: later.aad })).toBeUndefined();
  });

  test("anything at all is answered with a reason, never with an exception", () => {
    const start = format === "jwe" ? 0x65 : 0xd0;
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => reasonOf(Uint8Array.of(start, ...bytes)) !== "opens"));
    const payload = seal(format);
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, bytes) => {
        const changed = payload.slice();
        changed.set(bytes.subarray(0, payload.length - at), at);
        return Buffer.from(changed).equals(payload) || reasonOf(changed) !== "opens";
      }),
    );
  });
});

test("a nonce is never used twice", () => {
  const nonces = new Set(Array.from({ length: 20_000 }, () => Buffer.from(parts(seal()).nonce).toString("hex")));
  expect(nonces.size).toBe(20_000);
});

describe("each refusal has its own reason", () => {
  const [header = "", , nonce = "", ciphertext = "", tag = ""] = Buffer.from(seal()).toString().split(".");
  const jwe = (change: { header?: object | string; key?: string; nonce?: string; tag?: string }) => {
    const encoded =
      change.header === undefined
        ? header
        : Buffer.from(typeof change.header === "string" ? change.header : JSON.stringify(change.header)).toString("base64url");
    return utf8([encoded, change.key ?? "", change.nonce ?? nonce, ciphertext, change.tag ?? tag].join("."));
  };
  const own = { alg: "dir", enc: "A256GCM", kid: "v7", sub: binding.device, topic: binding.topic, seq: 1 };
  const bytes = (count: number) => Buffer.alloc(count).toString("base64url");

  test.each([
    ["malformed_envelope", utf8("ey.only.three")],
    ["malformed_envelope", utf8("e.....")],
    ["malformed_envelope", jwe({ header: "no json" })],
    ["malformed_envelope", jwe({ header: "[]" })],
    ["malformed_envelope", jwe({ key: "AAAA" })],
    ["malformed_envelope", jwe({ nonce: "*" })],
    ["malformed_envelope", jwe({ header: { ...own, seq: -1 } })],
    ["malformed_envelope", jwe({ header: { ...own, seq: "1" } })],
    ["algorithm_not_allowed", jwe({ header: { ...own, alg: "none" } })],
    ["algorithm_not_allowed", jwe({ header: { ...own, alg: "RSA-OAEP" } })],
    ["algorithm_not_allowed", jwe({ header: { ...own, enc: "A128CBC-HS256" } })],
    ["algorithm_not_allowed", jwe({ header: { ...own, zip: "DEF" } })],
    ["algorithm_not_allowed", jwe({ header: { ...own, crit: ["b64"] } })],
    ["bad_nonce", jwe({ nonce: bytes(8) })],
    ["bad_nonce", jwe({ nonce: bytes(16) })],
    ...[0, 4, 8, 12, 13, 14, 15, 17, 32].map((length): [string, Uint8Array] => ["cut_tag", jwe({ tag: bytes(length) })]),
    ["unknown_key", jwe({ header: { ...own, kid: "7" } })],
    ["unknown_key", jwe({ header: { ...own, kid: undefined } })],
    ["unknown_key", jwe({ header: { ...own, kid: "v01" } })],
    ["wrong_device", jwe({ header: { ...own, sub: "dev_2" } })],
    ["wrong_topic", jwe({ header: { ...own, topic: "sp/v1/f2/dev_1/up/telemetry" } })],
    ["tampered", jwe({ header: own })],
    ["too_large", new Uint8Array(100 * 1024).fill(0x65)],
  ])("JWE: %s", (reason, payload) => {
    expect(reasonOf(payload)).toBe(reason);
  });

  const protectedHeader = "a3010304427637637365711903e8";
  const cose = (change: { header?: string; iv?: string; sealed?: string }) => {
    const text = change.header ?? protectedHeader;
    const length = (value: string) => (value.length / 2 + 0x40).toString(16);
    return hex(`d083${length(text)}${text}a105${change.iv ?? `4c${"00".repeat(12)}`}${change.sealed ?? `54${"00".repeat(20)}`}`);
  };

  test.each([
    ["malformed_envelope", hex("d083")],
    ["malformed_envelope", hex("d0")],
    ["malformed_envelope", hex("d08440a04000")],
    ["malformed_envelope", cose({ header: "a40103010344763776376373657101" })],
    ["malformed_envelope", cose({ header: "a4010301034276376373657101".slice(0, 20) })],
    ["malformed_envelope", cose({ header: "a201030442" + "7637" })],
    ["algorithm_not_allowed", cose({ header: "a3010104427637637365711903e8" })],
    ["bad_nonce", cose({ iv: `48${"00".repeat(8)}` })],
    ["bad_nonce", cose({ iv: "01" })],
    ["cut_tag", cose({ sealed: `4f${"00".repeat(15)}` })],
    ["unknown_key", cose({ header: "a3010304427837637365711903e8" })],
    ["tampered", cose({})],
  ])("COSE: %s", (reason, payload) => {
    expect(reasonOf(payload)).toBe(reason);
  });
});

describe("examples of the standards", () => {
  test("RFC 7520 section 5.6: direct encryption with AES-GCM", () => {
    const compact =
      "eyJhbGciOiJkaXIiLCJraWQiOiI3N2M3ZTJiOC02ZTEzLTQ1Y2YtODY3Mi02MTdiNWI0NTI0M2EiLCJlbmMiOiJBMTI4R0NNIn0..refa467QzzKx6QAB.JW_i_f52hww_ELQPGaYyeAB6HYGcR559l9TYnSovc23XJoBcW29rHP8yZOZG7YhLpT1bjFuvZPjQS-m0IFtVcXkZXdH_lr_FrdYt9HRUYkshtrMmIUAyGmUnd9zMDB2n0cRDIHAzFVeJUDxkUwVAE7_YGRPdcqMyiBoCO-FBdE-Nceb4h3-FtBP-c_BIwCPTjb9o0SbdcdREEMJMyZBH8ySWMVi1gPD9yxi-aQpGbSv_F9N4IZAxscj5g-NJsUPbjk29-s7LJAGb15wEBtXphVCgyy53CoIKLHHeJHXex45Uz9aKZSRSInZI-wjsY0yu3cT4_aQ3i1o-tiE-F8Ios61EKgyIQ4CWao8PFMj8TTnp.vbb32Xvllea2OtmHAdccRQ";
    const decode = (text = "") => fromBase64url(utf8(text)) ?? new Uint8Array();
    const [header = "", , nonce, ciphertext, tag] = compact.split(".");
    const decipher = createDecipheriv("aes-128-gcm", decode("XctOhJAkA-pD9Lh7ZgW_2A"), decode(nonce), { authTagLength: 16 });
    decipher.setAAD(utf8(header));
    decipher.setAuthTag(decode(tag));
    const text = Buffer.concat([decipher.update(decode(ciphertext)), decipher.final()]).toString();
    expect(text).toMatch(/^You can trust us .*, Frodo\.$/);
    // A128GCM is not what we take.
    expect(readJwe(utf8(compact), binding)).toMatchObject({ ok: false, reason: "algorithm_not_allowed" });
  });

  test("RFC 7516 appendix A.1: the same content encryption as ours, A256GCM, opened by our own cipher", () => {
    const compact =
      "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";
    const decode = (text = "") => fromBase64url(utf8(text)) ?? new Uint8Array();
    const [header = "", , nonce, ciphertext, tag] = compact.split(".");
    // The content encryption key of appendix A.1.2; how it is wrapped (RSA-OAEP) is not what we take.
    const key = hex("b1a1f480548fe1733fb403ff6b9ad4f68a076e5b702e22692f82cb2e7aea40fc");
    const envelope = { nonce: decode(nonce), aad: utf8(header), sealed: Buffer.concat([decode(ciphertext), decode(tag)]) };
    expect(aesGcm.open(key, envelope)?.toString()).toBe("The true sign of intelligence is not knowledge but imagination.");
    expect(aesGcm.open(key, { ...envelope, aad: utf8(`${header}A`) })).toBeUndefined();
    expect(readJwe(utf8(compact), binding)).toMatchObject({ ok: false, reason: "algorithm_not_allowed" });
  });

  test("RFC 9052 appendix C.4.1: COSE_Encrypt0 with a 64-bit tag of AES-CCM", () => {
    const read = readEncrypt0(hex("d08343a1010aa1054d89f52f65a1c580933b5261a78c581c5974e1b99a3a4cc09a659aa2e9e7fff161d38ce71cb45ce460ffb569"));
    if (!read || !(read.nonce instanceof Uint8Array)) throw new Error("not read");
    const decipher = createDecipheriv("aes-128-ccm", hex("849b5786457c1491be3a76dcea6c4271"), read.nonce, { authTagLength: 8 });
    const cut = read.sealed.length - 8;
    decipher.setAuthTag(read.sealed.subarray(cut));
    decipher.setAAD(Buffer.from(encStructure(read.protectedHeader, new Uint8Array())), { plaintextLength: cut });
    expect(Buffer.concat([decipher.update(read.sealed.subarray(0, cut)), decipher.final()]).toString()).toBe("This is the content.");
  });

  test("COSE working group, AES-GCM-ENC-03: A256GCM", () => {
    const message = hex("d08343a10103a1054c02d1f7e6f26c43d4868d87ce58249d64a5a59a3b04867dccf6b8ef82f7d1a3b25ef84eca2bc5d7593a96e943859a9cc24ad3");
    const read = readEncrypt0(message);
    if (!read || !(read.nonce instanceof Uint8Array)) throw new Error("not read");
    const aad = encStructure(read.protectedHeader, new Uint8Array());
    expect(Buffer.from(aad).toString("hex")).toBe("8368456e63727970743043a1010340");
    const contentKey = hex("0f1e2d3c4b5a69788796a5b4c3d2e1f01f2e3d4c5b6a798897a6b5c4d3e2f100");
    const plaintext = aesGcm.open(contentKey, { nonce: read.nonce, aad, sealed: read.sealed });
    expect(plaintext?.toString()).toBe("This is the content.");
    // It names no key: not ours.
    expect(readCose(message, binding)).toMatchObject({ ok: false, reason: "unknown_key" });
  });
});

test("jose reads ours, and we read jose's", async () => {
  const { plaintext, protectedHeader } = await compactDecrypt(seal(), key);
  expect(plaintext).toEqual(plain);
  expect(protectedHeader).toEqual({ alg: "dir", enc: "A256GCM", kid: "v7", sub: binding.device, topic: binding.topic, seq: binding.seq });
  const theirs = await new CompactEncrypt(plain).setProtectedHeader(protectedHeader as { alg: string; enc: string }).encrypt(key);
  expect(aesGcm.open(key, parts(utf8(theirs)))).toEqual(Buffer.from(plain));
});
