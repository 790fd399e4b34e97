import { expect, test } from "vitest";
import { createSimulator } from "@/device/simulator";
import { runRotationScenario } from "@/lib/testing/rotation-scenario";

test("rotated in waves while they publish, some away, the worker killed in between: nothing lost, nothing undecryptable, laggards right", {
  timeout: 240_000,
}, async () => {
  const figures = await runRotationScenario({ devices: 40, awayShare: 0.1, intervalSeconds: 1, canaryCount: 3, wavePercent: 34, createSimulator });
  expect(figures).toMatchObject({ rotatedDevices: 40, waves: 4, undecryptable: 0, lost: 0, replaysAccepted: 0, laggardErrors: 0 });
  expect(figures.messages).toBeGreaterThan(40);
  expect(figures.replaysTried).toBeGreaterThan(100);
  expect(figures.laggardChecks).toBeGreaterThan(80);
});
