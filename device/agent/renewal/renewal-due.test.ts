import { expect, test } from "vitest";
import { renewalDueAt } from "./renewal-due";

test("between two thirds and three quarters of its life, by chance", () => {
  const token = { issuedAt: 0, expiresAt: 1_200 };
  expect([0, 0.5, 0.999].map((jitter) => Math.round(renewalDueAt(token, jitter) ?? 0))).toEqual([800, 850, 900]);
});

test("a token that says nothing of its life is never due", () => {
  expect(renewalDueAt({ issuedAt: undefined, expiresAt: 1_200 }, 0)).toBeUndefined();
  expect(renewalDueAt({ issuedAt: 0, expiresAt: undefined }, 0)).toBeUndefined();
});
