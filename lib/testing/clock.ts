import type { Clock } from "@/lib/base/clock";

export interface FakeClock extends Clock {
  /** Moves time on by milliseconds. */
  advance(ms: number): void;
  set(to: Date): void;
}

/** A clock that stands still until it is told to move. */
export function fakeClock(start: Date | string = "2026-11-22T12:00:00.000Z"): FakeClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
    set(to) {
      now = to.getTime();
    },
  };
}
