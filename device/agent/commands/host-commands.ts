import os from "node:os";
import type { Level, Logger } from "pino";
import { type CommandCall, type CommandHandlers, CommandRefused } from "./command-runner";

interface HostCommandsOptions {
  device: string;
  log: Pick<Logger, "warn" | "info"> & { level: string };
  /** Sends readings and posture; answers when the readings are on disk. */
  reportNow(): Promise<void>;
  /** Ends this process in order; whatever supervises it starts it again. */
  restart(): void;
}

const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/** What the agent on a host does when it is asked to (lib/domain/commands/standard-commands.ts says how it is asked). */
export function hostCommands({ device, log, reportNow, restart }: HostCommandsOptions): CommandHandlers {
  const usual = log.level;
  let timer: NodeJS.Timeout | undefined;
  return {
    "report-now": reportNow,
    identify() {
      log.warn({ device }, `this is ${device} on ${os.hostname()}`);
      return { host: os.hostname(), platform: `${os.platform()} ${os.release()}`, uptimeSeconds: Math.round(os.uptime()) };
    },
    /** It goes back by itself, and with a restart: nobody leaves a device chattering for months. */
    "log-level"({ parameters }: CommandCall) {
      const level = LEVELS.find((one) => one === parameters.level);
      const minutes = Number(parameters.minutes ?? 60);
      if (!level) throw new CommandRefused("bad_level", `The level is one of ${LEVELS.join(", ")}.`);
      if (!(minutes > 0 && minutes <= 1_440)) throw new CommandRefused("bad_minutes", "The minutes are from 1 to 1440.");
      clearTimeout(timer);
      log.level = level;
      timer = setTimeout(() => {
        log.level = usual;
        log.info({ level: usual }, "the log level is as before");
      }, minutes * 60_000).unref();
      return { level, until: new Date(Date.now() + minutes * 60_000).toISOString(), before: usual };
    },
    restart({ afterAnswer }: CommandCall) {
      afterAnswer(restart);
      return { uptimeSeconds: Math.round(process.uptime()) };
    },
  };
}
