/** Devices of one wave, each in exactly one of these. */
export interface WaveFacts {
  wave: number;
  /** Its wave has not begun. */
  planned: number;
  /** There, and neither used nor failed yet. */
  pending: number;
  /** Not there: it gets its key when it is back. */
  away: number;
  used: number;
  failed: number;
  /** Left the rotation: taken over by a newer one, retired, rolled back. */
  over: number;
}

/** Times in milliseconds since 1970. */
export interface RotationFacts {
  wave: number;
  waveCount: number;
  waveStartedAt: number;
  soakMs: number;
  abortPercent: number;
  toleratedFailures: number;
  waves: readonly WaveFacts[];
}

/** What a rotation waits for. `canary`: nobody of those that have begun was there to prove anything. */
export type RotationWait = "devices" | "soak" | "canary" | "laggards";

export type RotationDecision =
  | { kind: "halt"; failed: number; of: number }
  | { kind: "begin_wave"; wave: number }
  | { kind: "finish" }
  | { kind: "wait"; wait: RotationWait };

/** What a running rotation does now. */
export function decideRotation(facts: RotationFacts, now: number): RotationDecision {
  const begun = facts.waves.filter(({ wave }) => wave <= facts.wave);
  const sum = (key: keyof WaveFacts) => begun.reduce((total, wave) => total + wave[key], 0);
  const failed = sum("failed");
  const there = failed + sum("used") + sum("pending");
  if (failed > facts.toleratedFailures && failed * 100 > facts.abortPercent * there) return { kind: "halt", failed, of: there };
  if (facts.waves.every(({ planned, pending, away, failed }) => planned + pending + away + failed === 0)) return { kind: "finish" };
  if (facts.wave + 1 < facts.waveCount) return beforeNextWave(facts, begun, now);
  return { kind: "wait", wait: sum("pending") > 0 ? "devices" : "laggards" };
}

function beforeNextWave(facts: RotationFacts, begun: readonly WaveFacts[], now: number): RotationDecision {
  if (begun.some(({ pending }) => pending > 0)) return { kind: "wait", wait: "devices" };
  const proven = begun.some(({ used }) => used > 0) || begun.every(({ away, failed }) => away + failed === 0);
  if (!proven) return { kind: "wait", wait: "canary" };
  if (now - facts.waveStartedAt < facts.soakMs) return { kind: "wait", wait: "soak" };
  return { kind: "begin_wave", wave: facts.wave + 1 };
}
