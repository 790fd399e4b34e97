import type { StepContext } from "../../step";
import { type MosquittoControl, openMosquittoControl } from "./control";
import { prepareMosquitto } from "./provision";
import { sweepMosquitto } from "./sweep";

/** Looks through all clients so often even when nothing seems to have changed. */
const FULL_LOOK_MS = 60_000;

export interface MosquittoKeeper {
  /** A token was revoked: look at the next step. */
  wake(): void;
  /** Removes what no longer holds, when it is time to look. Answers the ids of the tokens. */
  step(ctx: StepContext): Promise<string[]>;
  /** When the last look through all clients began that was ended well. */
  lookedAt(): Date;
  close(): Promise<void>;
}

/** Ends sessions at a Mosquitto, which knows neither `exp` nor revocation. Connects at the first step, and prepares the plugin. */
export function mosquittoKeeper(url: string): MosquittoKeeper {
  let control: MosquittoControl | undefined;
  let lookAt = 0;
  let lookedAt = new Date(0);
  return {
    lookedAt: () => lookedAt,
    wake() {
      lookAt = 0;
    },
    async step({ database, clock, log }) {
      const now = clock.now();
      if (now.getTime() < lookAt) return [];
      if (!control) {
        const opened = await openMosquittoControl(url);
        control = opened;
        await prepareMosquitto(opened);
      }
      // Before the look, so that a wake during it is not lost.
      lookAt = now.getTime() + FULL_LOOK_MS;
      try {
        const { removed, nextEnd } = await sweepMosquitto(control, database.pool, clock);
        lookedAt = now;
        if (nextEnd) lookAt = Math.min(lookAt, nextEnd.getTime());
        if (removed.length > 0) log.info({ tokens: removed }, "removed clients of tokens that no longer hold from Mosquitto");
        return removed;
      } catch (error) {
        lookAt = 0;
        throw error;
      }
    },
    async close() {
      await control?.close();
    },
  };
}
