import type { Logger } from "@/lib/base/log";

export interface Loop {
  /** There may be something to do now. */
  wake(): void;
  /** Lets the running step end; no further one begins. */
  stop(): Promise<void>;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Runs a step again and again: at once while it answers true (more waits), else when woken or after `everyMs`. One step at a
 * time. A step that fails is tried again after a pause that doubles up to 5 s; of failures in a row only the first is a warning.
 */
export function startLoop(name: string, step: () => Promise<boolean>, options: { everyMs: number; log: Logger }): Loop {
  const { everyMs, log } = options;
  let stopped = false;
  let woken = false;
  let failures = 0;
  let rouse: () => void = () => {};

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!stopped) {
      woken = false;
      try {
        const more = await step();
        if (failures > 0) log.info({ loop: name, failures }, "works again");
        failures = 0;
        if (more || woken || stopped) continue;
        await rest(everyMs);
      } catch (error) {
        failures++;
        log[failures === 1 ? "warn" : "debug"]({ loop: name, err: error }, "a step failed, trying again");
        // Being woken does not shorten this pause: what failed would fail again.
        if (!stopped) await pause(Math.min(everyMs * 2 ** (failures - 1), LONGEST_PAUSE_MS));
      }
    }
  };
  const pause = async (ms: number) => {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !stopped; left = until - performance.now()) await rest(left);
  };
  const running = run();

  return {
    wake() {
      woken = true;
      if (failures === 0) rouse();
    },
    async stop() {
      stopped = true;
      rouse();
      await running;
    },
  };
}
