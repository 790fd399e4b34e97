/**
 * `running`: waves begin one after the other, then the laggards are waited for. `paused`: by a person. `halted`: too many devices
 * failed. `finished`: every device is settled. `rolled_back`: devices went back to their former key.
 */
export const ROTATION_STATES = ["running", "paused", "halted", "finished", "rolled_back"] as const;
export type RotationState = (typeof ROTATION_STATES)[number];

/** `threshold`: more devices failed than the rotation allows. `settled`: no device is left to wait for. The others are a person's. */
export const ROTATION_EVENTS = ["pause", "resume", "threshold", "settled", "roll_back"] as const;
export type RotationEvent = (typeof ROTATION_EVENTS)[number];

/** Every step there is. */
const STEPS: Record<RotationState, Partial<Record<RotationEvent, RotationState>>> = {
  running: { pause: "paused", threshold: "halted", settled: "finished", roll_back: "rolled_back" },
  paused: { resume: "running", roll_back: "rolled_back" },
  halted: { resume: "running", roll_back: "rolled_back" },
  finished: {},
  rolled_back: {},
};

/** Undefined: not from this state. */
export function nextRotationState(state: RotationState, event: RotationEvent): RotationState | undefined {
  return STEPS[state][event];
}
