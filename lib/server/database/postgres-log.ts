import type { Logger } from "@/lib/base/log";

/** Postgres's words for how bad it is. A failed statement (ERROR) is the affair of who sent it, and is logged there. */
const LEVELS = { LOG: "debug", WARNING: "warn", ERROR: "info", FATAL: "warn", PANIC: "error" } as const;

/** A line of the server's stderr as a line of our log. */
export function logPostgresLine(log: Logger, line: string): void {
  const found = /^(LOG|WARNING|ERROR|FATAL|PANIC):\s+(.*)$/.exec(line);
  const word = found?.[1] as keyof typeof LEVELS | undefined;
  if (!word) log.debug(line);
  // Each connection says that it ends, and why: the one reason is known from elsewhere.
  else if (/administrator command|unexpected postmaster exit|crash of another server process|database system is s/.test(line)) log.debug(found?.[2] ?? line);
  else log[LEVELS[word]](found?.[2] ?? line);
}
