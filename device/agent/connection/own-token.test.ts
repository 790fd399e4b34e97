import { expect, test } from "vitest";
import { readOwnToken } from "./own-token";

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
  expect(readOwnToken(token)).toEqual({ device: undefined, fleet: undefined, tokenId: undefined, expiresAt: undefined });
});
