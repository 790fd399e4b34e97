import { expect, test } from "vitest";
import type { ClaimView } from "@/lib/domain/claims/claim-view";
import { claimAnswer, claimsAnswer } from "./claim-words";

const at = "2026-11-28T09:00:00.000Z";
const claim: ClaimView = {
  id: "clm_1",
  name: "Pump 7",
  hint: "0ZAB",
  state: "open",
  approval: "auto",
  site: null,
  profile: "Default",
  used: 0,
  useLimit: 1,
  serials: 0,
  tokenDays: 90,
  expiresAt: at,
  createdAt: at,
  createdBy: "Ann",
  revokedAt: null,
  revokedBy: null,
  misused: false,
  batchId: null,
  number: null,
  waiting: 0,
  issued: 0,
  stored: 0,
  online: 0,
};

test.each([
  [{}, "Pump 7: waiting for its device"],
  [{ useLimit: 40 }, "Pump 7: waiting for up to 40 devices"],
  [{ waiting: 1 }, "Pump 7: 1 device to agree to"],
  [{ stored: 1, state: "used_up" }, "Pump 7: 1 device provisioned, not online yet"],
  [{ stored: 1, online: 1, state: "used_up" }, "Pump 7 is online"],
  [{ stored: 9, online: 7, useLimit: 40 }, "Pump 7: 7 of 40 online"],
  [{ state: "revoked" }, "Pump 7: no device came"],
] as const)("%o: %s", (change, words) => {
  expect(claimAnswer({ ...claim, ...change })).toBe(words);
});

test("of all claims, the open ones are counted", () => {
  expect(claimsAnswer([], 0)).toBe("No claim code yet");
  expect(claimsAnswer([claim, { ...claim, state: "expired" }], 2)).toBe("1 claim code is open");
  expect(claimsAnswer([{ ...claim, state: "used_up" }], 1)).toBe("No claim code is open");
});
