import type { CommandAnswer } from "@/lib/protocol/command";
import { type CommandState, isOver, nextCommandState } from "./command-state";

/** What is known of a command when an answer comes. */
export interface Standing {
  state: CommandState;
  progress: number | null;
  deliveredAt: Date | null;
  startedAt: Date | null;
  deadlineAt: Date;
  /** How long it may take from delivery to its end. */
  timeoutSeconds: number;
  lateState: CommandState | null;
}

/** Every field of it is written, changed or not. */
export interface Answered {
  state: CommandState;
  progress: number | null;
  deliveredAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  deadlineAt: Date;
  result: CommandAnswer["result"] | undefined;
  error: CommandAnswer["error"];
}

export type Outcome =
  | { kind: "changed"; to: Answered }
  /** It is over, and the device says something else: noted beside it. */
  | { kind: "late"; lateState: CommandState }
  | { kind: "repeated" };

/** What an answer changes. Late and repeated ones change nothing that is over, nor lead back. */
export function takeAnswer(standing: Standing, answer: CommandAnswer, now: Date): Outcome {
  const { state, lateState, timeoutSeconds } = standing;
  if (isOver(state)) {
    const settled = lateState !== null && isOver(lateState);
    return answer.state === state || settled || answer.state === lateState ? { kind: "repeated" } : { kind: "late", lateState: answer.state };
  }
  const next = nextCommandState(state, answer.state);
  if (next === undefined) return { kind: "repeated" };
  const deliveredAt = standing.deliveredAt ?? now;
  const ended = isOver(next);
  return {
    kind: "changed",
    to: {
      state: next,
      // Messages may overtake each other; what was done stays done.
      progress: answer.progress === undefined ? standing.progress : Math.max(standing.progress ?? 0, answer.progress),
      deliveredAt,
      startedAt: standing.startedAt ?? (answer.state === "running" ? now : null),
      endedAt: ended ? now : null,
      deadlineAt: standing.deliveredAt ? standing.deadlineAt : new Date(now.getTime() + timeoutSeconds * 1000),
      result: ended ? answer.result : undefined,
      error: ended && next !== "succeeded" ? answer.error : undefined,
    },
  };
}
