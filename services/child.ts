import { type Env, readEnv } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { createLog, type Logger } from "@/lib/base/log";

export interface ServiceContext {
  env: Env;
  log: Logger;
}

export interface RunningService {
  stop(): Promise<void>;
}

/** What a child tells the supervisor over IPC. `failed` comes before an exit that a person must act on. */
export type ChildMessage = { type: "ready" } | { type: "failed"; message: string; hint?: string };

/** Longer than any orderly stop, shorter than the supervisor's patience: nothing may hang for ever. */
const STOP_LIMIT_MS = 8_000;

/**
 * Runs one process of the product: reads the environment, starts, reports readiness, and stops on SIGTERM, SIGINT or when
 * the supervisor is gone (IPC `disconnect`), so that a killed supervisor leaves no orphan. Anything uncaught ends it with 1.
 */
export async function runService(name: string, start: (context: ServiceContext) => Promise<RunningService>): Promise<void> {
  const log = createLog(name);
  let started: (service: RunningService | undefined) => void = () => {};
  const starting = new Promise<RunningService | undefined>((resolve) => {
    started = resolve;
  });
  let stopping = false;

  const stop = async (cause: string, code = 0) => {
    if (stopping) return;
    stopping = true;
    log.info({ cause }, "stopping");
    setTimeout(() => {
      log.error("did not stop in time");
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    try {
      await (await starting)?.stop();
    } catch (error) {
      log.error({ err: error }, "stopped with an error");
      process.exit(1);
    }
    process.exit(code);
  };

  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("disconnect", () => void stop("supervisor gone"));
  process.on("uncaughtException", (error) => die(log, error));
  process.on("unhandledRejection", (error) => die(log, error));

  try {
    const service = await start({ env: readEnv(), log });
    started(service);
    if (!stopping) tell({ type: "ready" });
  } catch (error) {
    started(undefined);
    if (!stopping) die(log, error);
  }
}

function die(log: Logger, error: unknown): void {
  if (error instanceof SallyportError) {
    log.fatal({ code: error.code, hint: error.hint, err: error.cause }, error.message);
    tell({ type: "failed", message: error.message, ...(error.hint ? { hint: error.hint } : {}) }, () => process.exit(1));
  } else {
    log.fatal({ err: error }, "uncaught error");
    process.exit(1);
  }
}

function tell(message: ChildMessage, done: () => void = () => {}): void {
  if (process.connected && process.send) process.send(message, () => done());
  else done();
}
