import { vi } from "vitest";

/** Waits until the check passes; patient, because a loaded machine is slow and not wrong. Answers what the check answers. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 20 });
}
