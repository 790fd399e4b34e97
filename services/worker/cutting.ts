import type { Env } from "@/lib/base/env";
import { externalSessions } from "@/lib/server/broker-hooks/external-sessions";
import type { Secrets } from "@/lib/server/secrets";
import type { StepContext } from "@/lib/server/step";
import { revocationSettler } from "@/lib/server/tokens/revocations/settle-revocations";
import { startLoop } from "./loop";

const LOOK_MS = 1_000;
/** People watch a receipt fill in. */
const SETTLE_MS = 250;

export interface Cutting {
  /** Tokens were revoked. */
  wake(): void;
  stop(): Promise<void>;
}

/** Ends sessions at external brokers whose tokens are revoked or at their end, and signs what became of those of a revocation. */
export function startCutting(ctx: StepContext & { env: Env; secrets: Secrets }): Cutting {
  const external = externalSessions(ctx.env);
  const settle = revocationSettler({ ...ctx, lookedAt: external.lookedAt });
  const repeat = (name: string, everyMs: number, run: () => Promise<unknown>) =>
    startLoop(
      name,
      async () => {
        await run();
        return false;
      },
      { everyMs, log: ctx.log },
    );
  const loops = [...external.steps.map(({ name, run }) => repeat(name, LOOK_MS, () => run(ctx))), repeat("receipts", SETTLE_MS, settle)];
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
