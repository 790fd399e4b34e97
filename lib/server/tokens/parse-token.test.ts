import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { bindingProblem, claimsTimeProblem } from "@/lib/domain/tokens/verify-claims";
import { refusedByCircumstance, refusedByThemselves } from "@/lib/testing/crafted";
import { genuine } from "@/lib/testing/crafted/circumstances";
import { openForge } from "@/lib/testing/crafted/forge";
import { verifyNew } from "./token-authority";

const ours = generateKeyPairSync("ed25519");
const kid = "sig_0123456789abcdef";
const keys = new Map<string, KeyObject>([[kid, ours.publicKey]]);
const now = 1_795_000_000;
const deviceId = "dev_0123456789abcdef";
const forge = openForge({ kid, keys: ours, now, fleetId: "flt_0123456789abcdef", deviceId });
const crafted = refusedByThemselves(forge);
const misplaced = refusedByCircumstance(forge);

test.each(crafted)("$reason: $name", ({ token, reason }) => {
  expect(verifyNew(token, keys)).toBe(reason);
});

const judged = ({ token, username = deviceId, clientId = deviceId }: { token: string; username?: string; clientId?: string }) => {
  const found = verifyNew(token, keys);
  return typeof found === "string" ? found : (claimsTimeProblem(found.claims, now * 1_000) ?? bindingProblem(found.claims, { username, clientId }));
};

test.each(misplaced)("$reason: $name", ({ reason, ...attempt }) => {
  expect(judged(attempt)).toBe(reason);
});

test.each(genuine(forge))("let in: $name", (attempt) => {
  expect(judged(attempt)).toBeUndefined();
});

test("there are at least 200 of them, each another one", () => {
  expect(new Set(crafted.map(({ token }) => token)).size).toBe(crafted.length);
  const all = [...crafted, ...misplaced];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(200);
});

test("every byte counts: no change of one character of a token is accepted", () => {
  const { good } = forge;
  for (let at = 0; at < good.length; at++)
    for (const character of "Ab0_-.= ")
      if (good[at] !== character) expect(verifyNew(good.slice(0, at) + character + good.slice(at + 1), keys), `${at} ${character}`).toBeTypeOf("string");
});
