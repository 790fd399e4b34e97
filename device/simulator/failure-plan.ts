import type { Failure, Target } from "./config";
import { seededRandom, seedFor } from "./random";

export interface PlannedFailure {
  kind: Failure["kind"];
  target: Target;
  /** Milliseconds after the simulator's start. */
  startMs: number;
  endMs: number;
}

/**
 * The n-th time (from 0) that a failure of the configuration happens; undefined when it does not happen that often. Whom it
 * hits is the seed's choice: the same seed, the same bad luck. A repeated one never starts before the one before has ended.
 */
export function plannedFailure(
  failure: Failure,
  index: number,
  options: { seed: number; sites: readonly string[]; devices: readonly string[] },
): PlannedFailure | undefined {
  if (index > 0 && failure.everySeconds === undefined) return undefined;
  const everySeconds = Math.max(failure.everySeconds ?? 0, failure.forSeconds);
  const startMs = (failure.afterSeconds + index * everySeconds) * 1000;
  const random = seededRandom(seedFor(options.seed, `${failure.kind} ${failure.afterSeconds} ${index}`));
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)];
  const site = failure.target === "any_site" ? pick(options.sites) : undefined;
  const device = failure.target === "any_device" ? pick(options.devices) : undefined;
  const target = site !== undefined ? { site } : device !== undefined ? { device } : failure.target;
  if (typeof target === "string") return undefined;
  return { kind: failure.kind, target, startMs, endMs: startMs + failure.forSeconds * 1000 };
}
