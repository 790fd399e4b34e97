import { type CommandHandlers, CommandRefused } from "@/device/agent/commands/command-runner";

const STEPS = 4;
const STEP_MS = 500;

/** What a simulated device does when it is asked to: it answers as the agent would, and `restart` takes its time. */
export function pretendedCommands({ id, report }: { id: string; report: () => void }): CommandHandlers {
  return {
    "report-now": report,
    identify: () => ({ host: id, platform: "simulated" }),
    "log-level"({ parameters: { level, minutes } }) {
      if (typeof level !== "string") throw new CommandRefused("bad_level", "The level is a word.");
      return { level, minutes: Number(minutes ?? 60), before: "info" };
    },
    async restart({ progress }) {
      for (let step = 1; step <= STEPS; step++) {
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
        progress((100 * step) / STEPS);
      }
      return { restarted: true };
    },
  };
}
