import { SallyportError } from "@/lib/base/errors";
import type { Logger } from "@/lib/base/log";

/**
 * The frame of the programs that run on devices: reports readiness to a supervisor when there is one, stops on SIGTERM, SIGINT
 * or when the supervisor is gone. `start` answers undefined when there is nothing to run.
 */
export async function runUntilStopped(log: Logger, start: () => Promise<{ stop(): Promise<void> } | undefined>): Promise<void> {
  let running: { stop(): Promise<void> } | undefined;
  let isStopping = false;
  const stop = async (cause: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ cause }, "stopping");
    setTimeout(() => process.exit(1), 8_000).unref();
    await running?.stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("disconnect", () => void stop("supervisor gone"));
  process.on("uncaughtException", (error) => fail(log, error));
  process.on("unhandledRejection", (error) => fail(log, error));
  try {
    running = await start();
    if (!running) process.exit(0);
    process.send?.({ type: "ready" });
  } catch (error) {
    fail(log, error);
  }
}

function fail(log: Logger, error: unknown): void {
  if (!(error instanceof SallyportError)) {
    log.fatal({ err: error }, "uncaught error");
    process.exit(1);
  }
  log.fatal({ code: error.code, hint: error.hint }, error.message);
  const message = { type: "failed", message: error.message, ...(error.hint && { hint: error.hint }) };
  if (process.send) process.send(message, () => process.exit(1));
  else process.exit(1);
}
