import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { b64, because, type CraftedToken, type Forge } from "./forge";

/** Order of Ed25519's group: S and S + L are one number to a verifier that forgets to compare (RFC 8032 section 5.1.7). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
/** Points whose multiples are few: a verifier that takes them as keys or as R verifies anything. All zeros is one more. */
const SMALL_ORDER = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
];

const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const toBytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
const flipped = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));

/** Header and claims are ours to the letter; only the signature is not. */
export function signatures(forge: Forge): CraftedToken[] {
  const { parts, signature, privateKey, publicKey, header, claims, signedJson } = forge;
  const signed = Buffer.from(`${parts.head}.${parts.body}`);
  const with_ = (bytes: Uint8Array) => `${parts.head}.${parts.body}.${b64(bytes)}`;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const foreign = generateKeyPairSync("ed25519").privateKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const ed448 = sign(null, signed, generateKeyPairSync("ed448").privateKey);
  const rsa = sign("sha256", signed, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const ours = (data: string | Uint8Array) => sign(null, Buffer.from(data as string), privateKey);
  const other = signedJson(header, { ...claims, exp: claims.exp + 1 }).split(".")[2] ?? "";
  return [
    ...because("malformed", [
      ["a signature of 63 bytes", with_(signature.subarray(0, 63))],
      ["a signature of 65 bytes", with_(Buffer.concat([signature, Buffer.alloc(1)]))],
      ["a signature of one byte", with_(Buffer.alloc(1))],
      ["a signature twice", with_(Buffer.concat([signature, signature]))],
      ["a signature of 114 bytes, of Ed448", with_(ed448)],
      ["a signature of RSA", with_(rsa)],
      ["a signature in DER", with_(sign("sha256", signed, ec))],
      ["an HMAC of 32 bytes that claims EdDSA", with_(createHmac("sha256", pem).update(signed).digest())],
    ]),
    ...because("bad_signature", [
      ["another key under our kid", signedJson(header, claims, foreign)],
      ["an HMAC of 64 bytes that claims EdDSA", with_(createHmac("sha512", pem).update(signed).digest())],
      ["an EC signature that claims EdDSA", with_(sign("sha256", signed, { key: ec, dsaEncoding: "ieee-p1363" }))],
      ["the first 64 bytes of Ed448's", with_(ed448.subarray(0, 64))],
      ["all zeros", with_(Buffer.alloc(64))],
      ["all ones", with_(Buffer.alloc(64, 0xff))],
      ["S plus the group's order", with_(Buffer.concat([r, toBytes(littleEndian(s) + L)]))],
      ["S with its high bits set", with_(Buffer.concat([r, Buffer.from(s.map((byte, index) => (index === 31 ? byte | 0xe0 : byte)))]))],
      ["S negated", with_(Buffer.concat([r, toBytes(L - littleEndian(s))]))],
      ["S is the group's order", with_(Buffer.concat([r, toBytes(L)]))],
      ["R and S swapped", with_(Buffer.concat([s, r]))],
      ["the bytes turned round", with_(Buffer.from(signature).reverse())],
      ["R with its sign turned", with_(Buffer.from(signature.map((byte, index) => (index === 31 ? byte ^ 0x80 : byte))))],
      ["the first bit turned", with_(flipped(signature, 0))],
      ["the last byte's bit turned", with_(flipped(signature, 63))],
      ...SMALL_ORDER.map(
        (point, index) => [`R of small order ${index + 1} and no S`, with_(Buffer.concat([Buffer.from(point, "hex"), Buffer.alloc(32)]))] as const,
      ),
      ["of another token of ours", `${parts.head}.${parts.body}.${other}`],
      ["over the claims alone", with_(ours(parts.body))],
      ["over the header alone", with_(ours(parts.head))],
      ["over the parts turned round", with_(ours(`${parts.body}.${parts.head}`))],
      ["over the JSON, not its base64url", with_(ours(`${JSON.stringify(header)}.${JSON.stringify(claims)}`))],
      ["over a space too many", with_(ours(`${signed} `))],
      ["over a hash", with_(ours(createHash("sha512").update(signed).digest()))],
      ["over nothing", with_(ours(""))],
      ["claims changed: another's sub", `${parts.head}.${b64(JSON.stringify({ ...claims, sub: "dev_1111111111111111" }))}.${parts.signature}`],
      ["claims changed: a later end", `${parts.head}.${b64(JSON.stringify({ ...claims, exp: claims.exp + 1 }))}.${parts.signature}`],
      [
        "claims changed: everything allowed",
        `${parts.head}.${b64(JSON.stringify({ ...claims, acl: [{ permission: "allow", action: "all", topic: "#" }] }))}.${parts.signature}`,
      ],
      ["claims changed: another jti", `${parts.head}.${b64(JSON.stringify({ ...claims, jti: "tok_1111111111111111" }))}.${parts.signature}`],
    ]),
  ];
}
