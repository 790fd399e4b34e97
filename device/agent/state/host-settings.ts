import { leavesOf, type StateDocument } from "@/lib/protocol/state";
import type { StateAnswer } from "./state-keeper";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const SLOWEST_SECONDS = 86_400;

interface HostSettings {
  /** What holds while nothing is desired. */
  defaults: { reportEverySeconds: number; logLevel: LogLevel };
  reportEvery(milliseconds: number): void;
  setLogLevel(level: LogLevel): void;
}

export const logLevelOf = (text: string): LogLevel => LOG_LEVELS.find((level) => level === text) ?? "info";

/** The two settings of our agent that may be desired from afar. Anything else is answered with an error by its path. */
export function hostSettings({ defaults, reportEvery, setLogLevel }: HostSettings): (desired: StateDocument) => StateAnswer {
  let now = { ...defaults };
  return (desired) => {
    const errors: Record<string, string> = {};
    const next = { ...defaults };
    for (const [path, value] of leavesOf(desired)) {
      if (path === "reportEverySeconds") {
        // What it does not take leaves the setting as it is.
        if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= SLOWEST_SECONDS) next.reportEverySeconds = value;
        else [errors[path], next.reportEverySeconds] = [`Whole seconds from 1 to ${SLOWEST_SECONDS}.`, now.reportEverySeconds];
      } else if (path === "logLevel") {
        const level = LOG_LEVELS.find((one) => one === value);
        if (level) next.logLevel = level;
        else [errors[path], next.logLevel] = [`One of ${LOG_LEVELS.join(", ")}.`, now.logLevel];
      } else errors[path] = "This agent has no such setting.";
    }
    if (next.reportEverySeconds !== now.reportEverySeconds) reportEvery(next.reportEverySeconds * 1_000);
    if (next.logLevel !== now.logLevel) setLogLevel(next.logLevel);
    now = next;
    return { reported: { ...now }, errors };
  };
}
