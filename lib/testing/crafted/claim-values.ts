import { because, type CraftedToken, type Forge } from "./forge";

/** Signed by us and well-formed; the claims are not those of a token of ours. */
export function claimValues(forge: Forge): CraftedToken[] {
  const { withClaims, withoutClaim, signedJson, header, claims, now } = forge;
  const values = (name: string, ...given: unknown[]) => given.map((value) => [`${name} ${shown(value)}`, withClaims({ [name]: value })] as const);
  const required = ["iss", "aud", "sub", "jti", "iat", "exp", "fleet", "kind", "acl"] as const;
  return [
    ...because("wrong_issuer", values("iss", "evil", "", "Sallyport", "sallyport/", "https://sallyport", "sallyport ", "sallyport\0")),
    ...because("wrong_audience", values("aud", "sallyport-api", "", "SALLYPORT-MQTT", "sallyport-mqtt/", "sallyport-mqtt,other", "*")),
    ...because("bad_claims", [
      ...required.map((name) => [`${name} missing`, withoutClaim(name)] as const),
      ...values("iss", ["sallyport"], null, 1, { iss: "sallyport" }),
      ...values("aud", ["sallyport-mqtt"], ["sallyport-mqtt", "other"], [], null),
      ...values("sub", "", "#", "+", "dev/../x", "dev_1.x", "a b", "$SYS", "a\0", "ü", "a".repeat(65), { $ne: null }, null, 1, [claims.sub]),
      ...values(
        "jti",
        "",
        "1",
        "tok_",
        "tok_111111111111111",
        "tok_11111111111111111",
        "TOK_1111111111111111",
        "tok_1111111111111111 ",
        "key_1111111111111111",
        null,
        1,
      ),
      ...values("exp", String(claims.exp), now + 600.5, null, true, [claims.exp], -1, 1e300, 9_007_199_254_740_991, 253_402_300_800, now - 1, now),
      ...values("iat", String(now), now + 0.5, null, -1, -1e300, 253_402_300_800),
      ...values("nbf", "0", null, 0.5, -1, 1e300, {}),
      ...values("fleet", "", "+", "#", "flt/x", "a.b", "a".repeat(65), null, 1, [claims.fleet]),
      ...values("kind", "", "Device", "admin", "__proto__", null, 1, ["device"]),
      ...values("cid", "", "a#", "a/b", "a.b", "a".repeat(65), null, 1),
      ...values("acl", null, "#", {}, { pub: ["#"] }, { length: 1, 0: claims.acl[0] }, [null], ["#"], [[]], [{}]),
      ...scopes(forge).map(([name, acl]) => [name, withClaims({ acl })] as const),
      ["claims a list", signedJson(header, [])],
      ["claims null", signedJson(header, null)],
      ["claims a string", signedJson(header, "x")],
      ["claims a number", signedJson(header, 1)],
      ["claims a token", signedJson(header, forge.good)],
      ["claims empty", signedJson(header, {})],
      ["claims in __proto__", signedJson(header, JSON.parse(`{"__proto__":${JSON.stringify(claims)}}`))],
    ]),
  ];
}

function scopes({ claims }: Forge): [string, unknown][] {
  const [scope] = claims.acl;
  const one = (extra: object) => [{ ...scope, ...extra }];
  return [
    ["257 scopes", Array.from({ length: 257 }, () => ({ permission: "allow", action: "publish", topic: "a" }))],
    ["a scope of an unknown permission", one({ permission: "maybe" })],
    ["a scope in upper case", one({ permission: "ALLOW" })],
    ["a scope of an unknown action", one({ action: "pubsub" })],
    ["a scope of an inherited action", one({ action: "constructor" })],
    ["a scope with an unknown member", one({ clientid_re: ".*" })],
    ["a scope with a user name", one({ username: "x" })],
    ["a scope without a topic", [{ permission: "allow", action: "all" }]],
    ["a scope with an empty topic", one({ topic: "" })],
    ["a scope with topics", one({ topic: ["#"] })],
    ["a scope with a topic of 513 characters", one({ topic: "a".repeat(513) })],
    ["a scope with QoS 3", one({ qos: [3] })],
    ["a scope with QoS as a number", one({ qos: 1 })],
    ["a scope with QoS as text", one({ qos: ["1"] })],
    ["a scope with no QoS", one({ qos: [] })],
    ["a scope with retain as text", one({ retain: "true" })],
    ["a scope with retain as a number", one({ retain: 1 })],
    ["a good scope and a bad one", [scope, { permission: "deny" }]],
  ];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}… (${text.length})` : text;
}
