import { type DestinationStream, type Logger, pino } from "pino";

/** Names whose values never reach a log line, at any of the two upper levels of the logged object. */
const SECRET_NAMES = ["password", "token", "secret", "authorization", "cookie", "privateKey", "digest", "DATABASE_URL", "databaseUrl"];
const REDACT_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** One JSON line per event, on stdout unless told otherwise. `process` names the process (web, broker, worker ...). */
export function createLog(processName: string, level = process.env.LOG_LEVEL ?? "info", destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { process: processName },
    redact: { paths: REDACT_PATHS, censor: "[redacted]" },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination ? pino(options, destination) : pino(options);
}

export type { Logger };
