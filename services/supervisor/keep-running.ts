import type { Logger } from "@/lib/base/log";
import { nextDelay } from "./back-off";

export interface Running {
  pid: number;
  /** Settles when it is gone, with words for how ("exit code 1", "SIGKILL"). */
  exited: Promise<string>;
  /** In order; ended hard after `limitMs`. */
  stop(limitMs?: number): Promise<void>;
  /** Ends it at once and for certain. */
  kill(): void;
}

export interface Part {
  name: string;
  /** Resolves when it serves. Rejects when it ended before that, failed, or the signal ended the attempt. */
  start(signal: AbortSignal): Promise<Running>;
}

export interface Kept {
  name: string;
  current(): Running | undefined;
  /** How many times it was started again. */
  restarts(): number;
  /** Stops the present one; a fresh one follows at once. */
  restart(): Promise<void>;
  stop(limitMs?: number): Promise<void>;
  kill(): void;
}

interface KeepOptions {
  log: Pick<Logger, "warn" | "info">;
  /** Ends the first start early. */
  signal?: AbortSignal;
  /** After every start and every end. */
  onChange?: () => void;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  now?: () => number;
}

/**
 * Starts a part and keeps it running: when it ends unasked it is started again after a wait that doubles. Answers when it
 * serves for the first time; a failure of the first start is the caller's (nothing is retried then).
 */
export async function keepRunning(part: Part, options: KeepOptions): Promise<Kept> {
  const { log, onChange = () => {}, wait = pause, now = () => performance.now() } = options;
  const stopping = new AbortController();
  const first = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  let current: Running | undefined = await part.start(first);
  let startedAt = now();
  let restarts = 0;
  let delay = 0;
  let asked = false;
  onChange();

  const backOff = async (what: string) => {
    delay = nextDelay(delay, now() - startedAt);
    log.warn({ part: part.name }, `${part.name} ${what}, starting it again in ${delay / 1000} s`);
    await wait(delay, stopping.signal);
  };

  const startAgain = async () => {
    while (!stopping.signal.aborted && !current) {
      restarts++;
      startedAt = now();
      try {
        current = await part.start(stopping.signal);
        log.info({ part: part.name }, `${part.name} runs again`);
      } catch (error) {
        if (!stopping.signal.aborted) await backOff(`did not start (${error instanceof Error ? error.message : String(error)})`);
      }
    }
    if (stopping.signal.aborted) await current?.stop();
    onChange();
  };

  const watch = async () => {
    while (current) {
      const how = await current.exited;
      current = undefined;
      onChange();
      if (stopping.signal.aborted) return;
      if (!asked) await backOff(`ended (${how})`);
      asked = false;
      await startAgain();
    }
  };
  const watching = watch();

  return {
    name: part.name,
    current: () => current,
    restarts: () => restarts,
    async restart() {
      asked = current !== undefined;
      await current?.stop();
    },
    async stop(limitMs) {
      stopping.abort();
      await current?.stop(limitMs);
      await watching;
    },
    kill() {
      stopping.abort();
      current?.kill();
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
