import { expect, test } from "vitest";
import { presentsSecret } from "./presents-secret";

const SECRET = "0123456789abcdef0123456789abcdef";
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const shows = (authorization: string | undefined, secret: string | undefined = SECRET) =>
  presentsSecret(new Headers(authorization === undefined ? {} : { authorization }), secret);

test("as bearer, or as the password of any user", () => {
  expect(shows(`Bearer ${SECRET}`)).toBe(true);
  expect(shows(`bearer ${SECRET}`)).toBe(true);
  expect(shows(basic(`rabbitmq:${SECRET}`))).toBe(true);
});

test.each([
  ["nothing", undefined],
  ["another secret", `Bearer ${SECRET.slice(1)}0`],
  ["a longer one", `Bearer ${SECRET}0`],
  ["the secret as user name", basic(`${SECRET}:`)],
  ["no colon", basic(SECRET)],
  ["another scheme", `Digest ${SECRET}`],
  ["an empty bearer", "Bearer "],
])("not with %s", (_, authorization) => {
  expect(shows(authorization)).toBe(false);
});

test("without a configured secret nobody does", () => {
  expect(presentsSecret(new Headers({ authorization: "Bearer undefined" }), undefined)).toBe(false);
  expect(presentsSecret(new Headers({ authorization: "Bearer " }), undefined)).toBe(false);
});
