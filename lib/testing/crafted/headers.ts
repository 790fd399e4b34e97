import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { b64, because, type CraftedToken, type Forge } from "./forge";

const SECRETS = {
  "the raw public key": (key: KeyObject) => Buffer.from(rawOf(key), "base64url"),
  "the public key in base64url": rawOf,
  "the public key as PEM": (key: KeyObject) => key.export({ type: "spki", format: "pem" }),
  "the public key as PEM without its last newline": (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString().trimEnd(),
  "the public key as DER": (key: KeyObject) => key.export({ type: "spki", format: "der" }),
  "the public key as JWK": (key: KeyObject) => JSON.stringify(key.export({ format: "jwk" })),
  "an empty secret": () => "",
};
function rawOf(key: KeyObject): string {
  return String(key.export({ format: "jwk" }).x);
}

/** Algorithms that are not ours, and headers that would have us look for keys elsewhere. */
export function headers(forge: Forge): CraftedToken[] {
  return [...algorithms(forge), ...keyIds(forge), ...members(forge), ...types(forge)];
}

function algorithms(forge: Forge): CraftedToken[] {
  const { header, claims, parts, publicKey, withHeader } = forge;
  const under = (alg: unknown) => `${b64(JSON.stringify({ ...header, alg }))}.${parts.body}`;
  const hmac = (bits: 256 | 384 | 512, secret: string | Buffer) => {
    const signed = under(`HS${bits}`);
    return `${signed}.${b64(createHmac(`sha${bits}`, secret).update(signed).digest())}`;
  };
  const by = (alg: string, hash: string | null, key: Parameters<typeof sign>[2]) => `${under(alg)}.${b64(sign(hash, Buffer.from(under(alg)), key))}`;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const ed448 = generateKeyPairSync("ed448").privateKey;
  const nones = ["none", "None", "NONE", "nOnE", "none ", "\u006eone\u200b", ""];
  return because("bad_header", [
    ...nones.flatMap((alg) => [
      [`alg ${JSON.stringify(alg)} without a signature`, `${under(alg)}.`] as const,
      [`alg ${JSON.stringify(alg)}, signed`, withHeader({ alg })] as const,
    ]),
    ...([256, 384, 512] as const).flatMap((bits) =>
      Object.entries(SECRETS).map(([name, secretOf]) => [`HS${bits} with ${name}`, hmac(bits, secretOf(publicKey))] as const),
    ),
    ["ES256", by("ES256", "sha256", { key: ec, dsaEncoding: "ieee-p1363" })],
    ["RS256", by("RS256", "sha256", rsa)],
    ["PS256", by("PS256", "sha256", rsa)],
    ["Ed448", by("Ed448", null, ed448)],
    ...["Ed25519", "eddsa", "EDDSA", "EdDSA ", "HS256", "dir", ["EdDSA"], { alg: "EdDSA" }, null, 0, true].map(
      (alg) => [`alg ${JSON.stringify(alg)}, signed with our key`, withHeader({ alg })] as const,
    ),
    ["alg missing", forge.signedJson({ typ: "JWT", kid: header.kid }, claims)],
  ]);
}

function keyIds({ header, claims, withHeader, signedJson }: Forge): CraftedToken[] {
  const { kid } = header;
  const strangers = {
    "of another": "sig_fedcba9876543210",
    "": "",
    "a path": "../../../../dev/null",
    "an absolute path": "/proc/sys/kernel/randomize_va_space",
    SQL: "x' union select 'AA==' -- ",
    "SQL of Postgres": `${kid}'||(select pg_sleep(9))||'`,
    "a command": `${kid}|sleep 9`,
    "a URL": "http://127.0.0.1:1/key",
    "a file URL": "file:///etc/passwd",
    "an LDAP lookup": `\${jndi:ldap://127.0.0.1:1/a}`,
    "the name of a constructor": "constructor",
    __proto__: "__proto__",
    "an inherited method": "toString",
    "ours with NUL behind": `${kid}\0`,
    "ours with a newline behind": `${kid}\n`,
    "ours with a space behind": `${kid} `,
    "ours in upper case": kid.toUpperCase(),
    "the beginning of ours": kid.slice(0, -1),
    "a wildcard": "*",
    "per cent": "%",
    "20 kB": "k".repeat(15_000),
  };
  const noText = { "a number": 1, null: null, true: true, "a list": [kid], "an empty list": [], "an object": { kid }, "a matcher": { $ne: "" } };
  return [
    ...because(
      "unknown_key",
      Object.entries(strangers).map(([name, value]) => [`kid ${name}`, withHeader({ kid: value })] as const),
    ),
    ...because("bad_header", [
      ...Object.entries(noText).map(([name, value]) => [`kid ${name}`, withHeader({ kid: value })] as const),
      ["kid missing", signedJson({ alg: "EdDSA", typ: "JWT" }, claims)],
    ]),
  ];
}

function members(forge: Forge): CraftedToken[] {
  const { header, claims, withHeader, signedJson } = forge;
  const foreign = generateKeyPairSync("ed25519");
  const jwk = foreign.publicKey.export({ format: "jwk" });
  const extra = {
    jku: "http://127.0.0.1:1/jwks.json",
    x5u: "http://127.0.0.1:1/cert.pem",
    x5c: ["AA=="],
    x5t: "AAAA",
    "x5t#S256": "AAAA",
    crit: ["exp"],
    zip: "DEF",
    enc: "A256GCM",
    cty: "JWT",
    epk: jwk,
    p2c: 2_000_000_000,
    iv: "AAAA",
    url: "http://127.0.0.1:1/",
    nonce: "1",
    iss: "sallyport",
    b64: true,
    x: "x".repeat(1_000),
  };
  return because("bad_header", [
    ...Object.entries(extra).map(([name, value]) => [`header with ${name}`, withHeader({ [name]: value })] as const),
    ["header with an unencoded payload", withHeader({ b64: false, crit: ["b64"] })],
    ["header with an empty crit", withHeader({ crit: [] })],
    ["header with the attacker's jwk, signed by it", signedJson({ ...header, jwk }, claims, foreign.privateKey)],
    ["header with our jwk", withHeader({ jwk: forge.publicKey.export({ format: "jwk" }) })],
    ["header with __proto__", forge.headerText((text) => `${text.slice(0, -1)},"__proto__":{"alg":"EdDSA"}}`)],
    ["header with everything in __proto__", forge.headerText((text) => `{"__proto__":${text}}`)],
    ["an empty header", signedJson({}, claims)],
    ["header a list", signedJson([], claims)],
    ["header a list of entries", signedJson(Object.entries(header), claims)],
    ["header null", signedJson(null, claims)],
    ["header a string", signedJson("EdDSA", claims)],
    ["header a number", signedJson(1, claims)],
    ["header true", signedJson(true, claims)],
  ]);
}

function types({ header, claims, withHeader, signedJson }: Forge): CraftedToken[] {
  const others = ["jwt", "Jwt", "JWT ", "at+jwt", "application/jwt", "JOSE", "JWE", "dpop+jwt", "sallyport-receipt+jwt", "", null, ["JWT"], 1];
  return because("bad_header", [
    ...others.map((typ) => [`typ ${JSON.stringify(typ)}, signed with our key`, withHeader({ typ })] as const),
    ["typ missing", signedJson({ alg: "EdDSA", kid: header.kid }, claims)],
    [
      "a receipt of ours",
      signedJson({ alg: "EdDSA", typ: "sallyport-receipt+jwt", kid: header.kid }, { revocation: "rvk_1111111111111111", tokens: [claims.jti] }),
    ],
  ]);
}
