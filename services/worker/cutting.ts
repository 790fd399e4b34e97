import type { Env } from "@/lib/base/env";
import { externalSessions } from "@/lib/server/broker-hooks/external-sessions";
import type { StepContext } from "@/lib/server/step";
import { startLoop } from "./loop";

const LOOK_MS = 1_000;

export interface Cutting {
  /** Tokens were revoked. */
  wake(): void;
  stop(): Promise<void>;
}

/** Ends sessions at external brokers whose tokens are revoked or at their end. Nothing to do with the embedded broker alone. */
export function startCutting(ctx: StepContext & { env: Env }): Cutting {
  const external = externalSessions(ctx.env);
  const loops = external.steps.map(({ name, run }) =>
    startLoop(
      name,
      async () => {
        await run(ctx);
        return false;
      },
      { everyMs: LOOK_MS, log: ctx.log },
    ),
  );
  return {
    wake() {
      external.wake();
      for (const loop of loops) loop.wake();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await external.close();
    },
  };
}
