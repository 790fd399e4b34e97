import { expect, test } from "vitest";
import { maySpeakOf, readOwnToken } from "./own-token";

const tokenWith = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

test("device, fleet and end of a token", () => {
  expect(readOwnToken(tokenWith({ sub: "dev_1", fleet: "flt_1", jti: "tok_1", exp: 10 }))).toEqual({
    device: "dev_1",
    fleet: "flt_1",
    tokenId: "tok_1",
    expiresAt: 10_000,
  });
});

test.each(["", "a", "a.b.c", tokenWith(null), tokenWith({ sub: 1 }), tokenWith([])])("no reading of %s throws", (token) => {
  expect(readOwnToken(token)).toEqual({ device: undefined, fleet: undefined, tokenId: undefined, issuedAt: undefined, expiresAt: undefined });
});

test("a device speaks of keys only where its token lets it", () => {
  const topic = "sp/v1/flt_1/dev_1/up/key";
  const scope = (name: string, permission = "allow", action = "publish") => ({ permission, action, topic: name });
  const may = (...acl: object[]) => maySpeakOf(tokenWith({ sub: "dev_1", acl }), topic);
  expect(may(scope("sp/v1/flt_1/dev_1/up/#"))).toBe(true);
  expect(may(scope(topic))).toBe(true);
  expect(may(scope("sp/v1/flt_1/dev_1/up/telemetry"))).toBe(false);
  expect(may(scope("sp/v1/flt_1/dev_1/up/#"), scope(topic, "deny"))).toBe(false);
  expect(may(scope(topic, "allow", "subscribe"))).toBe(false);
  expect(may()).toBe(false);
  expect(maySpeakOf(undefined, topic)).toBe(false);
  expect(maySpeakOf("a.b.c", topic)).toBe(false);
});
