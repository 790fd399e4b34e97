/**
 * `waiting`: for a second admin. `running`: the worker carries it out. `finished`: every device has its outcome. `cancelled`: by a
 * person; what was done stays. `rejected`: by the second admin, nothing was done.
 */
export const JOB_STATES = ["waiting", "running", "finished", "cancelled", "rejected"] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_EVENTS = ["approve", "reject", "settled", "cancel"] as const;
export type JobEvent = (typeof JOB_EVENTS)[number];

/** Every step there is. */
const STEPS: Record<JobState, Partial<Record<JobEvent, JobState>>> = {
  waiting: { approve: "running", reject: "rejected", cancel: "cancelled" },
  running: { settled: "finished", cancel: "cancelled" },
  finished: {},
  cancelled: {},
  rejected: {},
};

/** Undefined: not from this state. */
export function nextJobState(state: JobState, event: JobEvent): JobState | undefined {
  return STEPS[state][event];
}
