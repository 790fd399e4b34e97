import { expect, test } from "vitest";
import type { RotationDetail } from "@/lib/domain/encryption/rotation-view";
import { rotationAnswer, rotationNow, rotationShares, waveName } from "./rotation-words";

const counts = { devices: 500, planned: 0, waiting: 0, announced: 0, received: 0, usedOnWire: 450, failed: 0, superseded: 0, away: 0 };
const rotation = (facts: Partial<RotationDetail> = {}): RotationDetail => ({
  ...counts,
  id: "rot_1",
  target: "fleet",
  reason: "yearly",
  trigger: "person",
  startedAt: "2026-11-28T09:00:00.000Z",
  startedBy: "Ada",
  state: "running",
  stateSince: "2026-11-28T09:00:00.000Z",
  stateBy: "Ada",
  stateWhy: "",
  wave: 0,
  waveCount: 5,
  overlapSeconds: 60,
  canaryCount: 5,
  wavePercent: 25,
  soakSeconds: 300,
  abortPercent: 10,
  patienceSeconds: 900,
  waveStartedAt: "2026-11-28T09:00:00.000Z",
  waitsFor: null,
  canRollBack: true,
  waves: [],
  ...facts,
});

test.each([
  [{ waitsFor: "devices", announced: 3, received: 4, away: 2 }, "Canary is under way: 5 devices to go."],
  [{ waitsFor: "soak", wave: 1 }, "Wave 1 is done and is watched for 5 minutes; then the next begins."],
  [{ waitsFor: "laggards", announced: 50, away: 50 }, "All waves have begun; left are 50 devices away. Whoever is away gets the key on returning."],
  [{ state: "paused", stateBy: "Bo", stateWhy: "lunch" }, "Paused by Bo: lunch"],
  [{ state: "halted", stateWhy: "1 of 5 devices failed, more than 10 %." }, /^Halted: 1 of 5 devices failed, more than 10 %\. No further wave/],
] as const)("%j", (facts, words) => {
  expect(rotationNow(rotation(facts))).toMatch(words);
});

test("the answer, the waves' names, and shares that add up to all devices", () => {
  expect(rotationAnswer(rotation())).toBe("450 of 500 use their new key on the wire");
  expect([0, 1].map((wave) => waveName(wave, { canaryCount: 5, waveCount: 5 }))).toEqual(["Canary", "Wave 1"]);
  expect([0, 1].map((wave) => waveName(wave, { canaryCount: 0, waveCount: 2 }))).toEqual(["Wave 1", "Wave 2"]);
  const all = { ...counts, usedOnWire: 1, planned: 2, waiting: 3, announced: 4, received: 5, failed: 6, superseded: 7 };
  expect(rotationShares(all).reduce((sum, { count }) => sum + count, 0)).toBe(28);
});
