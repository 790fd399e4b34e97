import { ANSWER_STATES, type AnswerState } from "@/lib/protocol/command";

/**
 * The life of a command. `waiting`: for a second admin. `queued`: ours to send. `sent`: the broker has taken it while the device was
 * connected. From `delivered` on only the device's own word counts.
 */
export const COMMAND_STATES = [
  "waiting",
  "queued",
  "sent",
  "delivered",
  "running",
  "succeeded",
  "failed",
  "rejected",
  "timed_out",
  "expired",
  "cancelled",
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** `time`: its deadline has passed. */
type CommandEvent = "approve" | "send" | "cancel" | "time" | AnswerState;

const ANSWERED = Object.fromEntries(ANSWER_STATES.map((state) => [state, state])) as Record<AnswerState, CommandState>;
const { delivered: _, ...FROM_DELIVERED } = ANSWERED;

/** Every step there is. What does not stand here changes nothing. */
const STEPS: Record<CommandState, Partial<Record<CommandEvent, CommandState>>> = {
  waiting: { approve: "queued", cancel: "cancelled", time: "expired" },
  // An answer may overtake our own note that it was sent.
  queued: { send: "sent", cancel: "cancelled", time: "expired", ...ANSWERED },
  sent: { cancel: "cancelled", time: "expired", ...ANSWERED },
  delivered: { time: "timed_out", ...FROM_DELIVERED },
  running: { time: "timed_out", running: "running", succeeded: "succeeded", failed: "failed" },
  succeeded: {},
  failed: {},
  rejected: {},
  timed_out: {},
  expired: {},
  cancelled: {},
};

/** The state that follows; undefined: none does. */
export function nextCommandState(state: CommandState, event: CommandEvent): CommandState | undefined {
  return STEPS[state][event];
}

/** Nothing changes it any more. */
export function isOver(state: CommandState): boolean {
  return Object.keys(STEPS[state]).length === 0;
}

/** States in which an event leads to that state. */
export function statesBefore(event: CommandEvent, next: CommandState): CommandState[] {
  return COMMAND_STATES.filter((state) => STEPS[state][event] === next);
}
