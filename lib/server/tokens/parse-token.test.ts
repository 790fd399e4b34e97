import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { TokenClaims } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { writeToken } from "./mint-token";
import { verifyNew } from "./token-authority";

const ours = generateKeyPairSync("ed25519");
const foreign = generateKeyPairSync("ed25519");
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const kid = "sig_0123456789abcdef";
const keys = new Map<string, KeyObject>([[kid, ours.publicKey]]);

const now = Math.floor(Date.now() / 1000);
const claims: TokenClaims = {
  iss: "sallyport",
  aud: "sallyport-mqtt",
  sub: "dev_0123456789abcdef",
  jti: newId("accessToken"),
  iat: now,
  exp: now + 600,
  fleet: "flt_0123456789abcdef",
  kind: "device",
  acl: [{ permission: "allow", action: "publish", topic: "sp/v1/flt_0123456789abcdef/dev_0123456789abcdef/up/#" }],
};
const header = { alg: "EdDSA", typ: "JWT", kid };
const b64 = (value: string | Buffer) => Buffer.from(value as string).toString("base64url");
/** Signs any two texts with our key: only the spelling is at fault. */
const signedText = (head: string, body: string, key: KeyObject = ours.privateKey) => {
  const signed = `${b64(head)}.${b64(body)}`;
  return `${signed}.${b64(sign(null, Buffer.from(signed), key))}`;
};
const signedJson = (head: object, body: object, key?: KeyObject) => signedText(JSON.stringify(head), JSON.stringify(body), key);
const good = writeToken(claims, { kid, sign: (data) => sign(null, data, ours.privateKey) });
const [head = "", body = "", signature = ""] = good.split(".");
const hmac = (alg: string, secret: string | Buffer) => {
  const signed = `${b64(JSON.stringify({ ...header, alg }))}.${body}`;
  return `${signed}.${b64(createHmac("sha256", secret).update(signed).digest())}`;
};
const publicPem = ours.publicKey.export({ type: "spki", format: "pem" });
const without = (name: keyof TokenClaims) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
const withHeader = (extra: object) => signedJson({ ...header, ...extra }, claims);
const withClaims = (extra: object) => signedJson(header, { ...claims, ...extra });

const CRAFTED: [string, string][] = [
  ["nothing", ""],
  ["a word", "token"],
  ["two parts", `${head}.${body}`],
  ["four parts", `${good}.${signature}`],
  ["empty parts", ".."],
  ["no signature", `${head}.${body}.`],
  ["100 KB", "a".repeat(100_000)],
  ["one byte above the bound", `${good}${"A".repeat(LIMITS.tokenBytes + 1 - good.length)}`],
  ["space in front", ` ${good}`],
  ["newline behind", `${good}\n`],
  ["space inside", `${head}. ${body}.${signature}`],
  ["padding", `${head}=.${body}.${signature}`],
  ["padded signature", `${good}==`],
  ["plain base64 alphabet", good.replace("_", "/").replace("-", "+").concat("+")],
  ["other trailing bits", `${head}.${body}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "R"}`],
  ["alg none", `${b64(JSON.stringify({ alg: "none", typ: "JWT", kid }))}.${body}.`],
  ["alg none with a signature", `${b64(JSON.stringify({ alg: "none", typ: "JWT", kid }))}.${body}.${signature}`],
  ["alg None", withHeader({ alg: "None" })],
  ["alg eddsa", withHeader({ alg: "eddsa" })],
  ["alg Ed25519", withHeader({ alg: "Ed25519" })],
  ["alg list", withHeader({ alg: ["EdDSA"] })],
  ["alg missing", signedJson({ typ: "JWT", kid }, claims)],
  ["HS256 with the public key", hmac("HS256", publicPem)],
  ["HS256 with the raw public key", hmac("HS256", ours.publicKey.export({ type: "spki", format: "der" }))],
  ["HS256 with an empty secret", hmac("HS256", "")],
  ["HMAC that claims EdDSA", hmac("EdDSA", publicPem)],
  [
    "ES256 under our kid",
    (() => {
      const signed = `${b64(JSON.stringify({ ...header, alg: "ES256" }))}.${body}`;
      return `${signed}.${b64(sign("sha256", Buffer.from(signed), { key: ec.privateKey, dsaEncoding: "ieee-p1363" }))}`;
    })(),
  ],
  ["an EC signature under EdDSA", `${head}.${body}.${b64(sign("sha256", Buffer.from(`${head}.${body}`), { key: ec.privateKey, dsaEncoding: "ieee-p1363" }))}`],
  ["another key under our kid", signedJson(header, claims, foreign.privateKey)],
  ["an unknown kid", withHeader({ kid: "sig_fedcba9876543210" })],
  ["kid missing", signedJson({ alg: "EdDSA", typ: "JWT" }, claims)],
  ["kid empty", withHeader({ kid: "" })],
  ["kid a number", withHeader({ kid: 1 })],
  ["kid null", withHeader({ kid: null })],
  ["kid as path", withHeader({ kid: "../../../../dev/null" })],
  ["kid as SQL", withHeader({ kid: "x' union select 'AA==' -- " })],
  ["kid as URL", withHeader({ kid: "http://127.0.0.1:1/key" })],
  ["kid of an inherited name", withHeader({ kid: "constructor" })],
  ["kid __proto__", withHeader({ kid: "__proto__" })],
  ["kid with another's spelling", withHeader({ kid: `${kid}\u0000` })],
  ["jku", withHeader({ jku: "http://127.0.0.1:1/jwks.json" })],
  ["x5u", withHeader({ x5u: "http://127.0.0.1:1/cert.pem" })],
  ["x5c", withHeader({ x5c: ["AA=="] })],
  ["jwk with the attacker's key", signedJson({ ...header, jwk: foreign.publicKey.export({ format: "jwk" }) }, claims, foreign.privateKey)],
  ["crit", withHeader({ crit: ["exp"] })],
  ["b64 false", withHeader({ b64: false, crit: ["b64"] })],
  ["zip", withHeader({ zip: "DEF" })],
  ["enc", withHeader({ enc: "A256GCM" })],
  ["typ missing", signedJson({ alg: "EdDSA", kid }, claims)],
  ["typ of another kind", withHeader({ typ: "at+jwt" })],
  ["typ in lower case", withHeader({ typ: "jwt" })],
  ["header a list", signedText("[]", JSON.stringify(claims))],
  ["header null", signedText("null", JSON.stringify(claims))],
  ["header with spaces", signedText(`{ "alg":"EdDSA","typ":"JWT","kid":"${kid}"}`, JSON.stringify(claims))],
  ["header with a duplicate member", signedText(`{"alg":"none","alg":"EdDSA","typ":"JWT","kid":"${kid}"}`, JSON.stringify(claims))],
  ["header with an escaped member", signedText(`{"\\u0061lg":"EdDSA","typ":"JWT","kid":"${kid}"}`, JSON.stringify(claims))],
  ["header not JSON", signedText("{", JSON.stringify(claims))],
  ["header not UTF-8", `${b64(Buffer.from([0xff, 0xfe]))}.${body}.${signature}`],
  ["header with a byte order mark", signedText(`\ufeff${JSON.stringify(header)}`, JSON.stringify(claims))],
  ["claims with a duplicate member", signedText(JSON.stringify(header), `{"sub":"dev_1111111111111111",${JSON.stringify(claims).slice(1)}`)],
  ["claims with spaces", signedText(JSON.stringify(header), JSON.stringify(claims, null, 1))],
  ["claims a list", signedText(JSON.stringify(header), "[]")],
  ["claims a string", signedText(JSON.stringify(header), '"x"')],
  ["claims not JSON", signedText(JSON.stringify(header), "x")],
  ["claims changed", `${head}.${b64(JSON.stringify({ ...claims, sub: "dev_1111111111111111" }))}.${signature}`],
  ["claims of another token", `${head}.${b64(JSON.stringify({ ...claims, exp: now + 9e6 }))}.${signature}`],
  ["iss missing", signedJson(header, without("iss"))],
  ["iss of somebody else", withClaims({ iss: "evil" })],
  ["iss a list", withClaims({ iss: ["sallyport"] })],
  ["aud missing", signedJson(header, without("aud"))],
  ["aud of somebody else", withClaims({ aud: "sallyport-api" })],
  ["aud a list that has ours", withClaims({ aud: ["sallyport-mqtt"] })],
  ["sub missing", signedJson(header, without("sub"))],
  ["sub a wildcard", withClaims({ sub: "#" })],
  ["sub with a slash", withClaims({ sub: "dev/../x" })],
  ["sub an object", withClaims({ sub: { $ne: null } })],
  ["jti missing", signedJson(header, without("jti"))],
  ["jti of no id's form", withClaims({ jti: "1" })],
  ["exp missing", signedJson(header, without("exp"))],
  ["exp as a string", withClaims({ exp: String(now + 600) })],
  ["exp null", withClaims({ exp: null })],
  ["exp a fraction", withClaims({ exp: now + 600.5 })],
  ["exp before iat", withClaims({ exp: now - 1 })],
  ["iat missing", signedJson(header, without("iat"))],
  ["nbf as a string", withClaims({ nbf: "0" })],
  ["fleet missing", signedJson(header, without("fleet"))],
  ["fleet a wildcard", withClaims({ fleet: "+" })],
  ["a service that names a fleet", withClaims({ kind: "service" })],
  ["kind missing", signedJson(header, without("kind"))],
  ["kind of another table", withClaims({ kind: "admin" })],
  ["cid with a wildcard", withClaims({ cid: "a#" })],
  ["acl missing", signedJson(header, without("acl"))],
  ["acl an object", withClaims({ acl: { pub: ["#"] } })],
  ["acl with an unknown word", withClaims({ acl: [{ ...claims.acl[0], permission: "maybe" }] })],
  ["acl with an unknown field", withClaims({ acl: [{ ...claims.acl[0], clientid_re: ".*" }] })],
  ["acl above its bound", withClaims({ acl: Array.from({ length: 257 }, () => ({ permission: "allow", action: "publish", topic: "a" })) })],
];

test("the good one is good", () => {
  expect(verifyNew(good, keys)).toEqual(claims);
});

test.each(CRAFTED)("crafted token: %s", (_, token) => {
  expect(verifyNew(token, keys)).toBeTypeOf("string");
});

test("there are at least 60 of them, all different", () => {
  expect(new Set(CRAFTED.map(([, token]) => token)).size).toBeGreaterThanOrEqual(60);
});

test("every byte counts: no change of one character of a token is accepted", () => {
  for (let at = 0; at < good.length; at++)
    for (const character of "Ab0_-.= ")
      if (good[at] !== character) expect(verifyNew(good.slice(0, at) + character + good.slice(at + 1), keys), `${at} ${character}`).toBeTypeOf("string");
});
