import { expect, test } from "vitest";
import { describeFailure } from "./failure";

const token = { expiresAt: 2_000, now: 1_000 };
const failing = (code: unknown) => Object.assign(new Error("text"), { code });

test.each([
  [1, "refused"],
  [2, "refused"],
  [3, "unavailable"],
  [4, "refused"],
  [5, "refused"],
  ["ECONNREFUSED", "network"],
  ["EAI_AGAIN", "network"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificate"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate"],
  [undefined, "network"],
])("code %s is %s", (code, kind) => {
  expect(describeFailure(failing(code), token).kind).toBe(kind);
});

test("refused because the token is over: the date is said", () => {
  expect(describeFailure(failing(5), { expiresAt: Date.UTC(2026, 0, 2), now: Date.UTC(2026, 0, 3) }).hint).toContain("expired on 2026-01-02T00:00:00.000Z");
  expect(describeFailure(failing(5), token).hint).not.toContain("expired on");
});

test("every address of a host refused", () => {
  expect(describeFailure(new AggregateError([failing("ECONNREFUSED")]), token).reason).toBe("nothing listens there");
});

test("a closed connection without an error", () => {
  expect(describeFailure(undefined, token)).toEqual({ kind: "network", reason: "the connection was closed", hint: undefined });
});
