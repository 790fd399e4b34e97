import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import type { Logger } from "@/lib/base/log";
import { openDatabase } from "@/lib/server/database/client";
import { locateDatabase } from "@/lib/server/database/locate";
import { listen } from "@/lib/server/database/notify";
import { openCheckedSecrets } from "@/lib/server/encryption/key-encryption-key";
import { beginFeed } from "@/lib/server/live/index";
import { startCutting } from "./cutting";
import { startDeciding } from "./deciding";
import { startKeeping } from "./keeping";
import { startPublishing } from "./publishing";

/** Loops that wait for a lock hold a connection meanwhile. */
const CONNECTIONS = 10;

/** The whole worker: four groups of loops, woken by Postgres, ticking once a second anyway. */
export async function startWorker({ env, log, clock }: { env: Env; log: Logger; clock: Clock }): Promise<{ stop(): Promise<void> }> {
  const databaseUrl = await locateDatabase(env);
  const database = openDatabase(databaseUrl, { connections: CONNECTIONS });
  const ctx = { database, clock, log, env, secrets: await openCheckedSecrets(database, env.DATA_DIR, env), databaseUrl };
  // Fails here, not in every loop, when this is no database of ours.
  const feed = await beginFeed(database);
  const deciding = startDeciding(ctx);
  const publishing = startPublishing({ ...ctx, feed });
  const keeping = startKeeping(ctx);
  const cutting = startCutting(ctx);
  const wakeOutbox = () => {
    deciding.wakeOutbox();
    publishing.wake();
  };
  const listener = listen(
    databaseUrl,
    { session_event: () => deciding.wakePresence(), outbox: wakeOutbox, token_revoked: () => cutting.wake() },
    {
      log,
      onUp() {
        deciding.wakePresence();
        wakeOutbox();
        cutting.wake();
      },
    },
  );
  return {
    async stop() {
      await listener.close();
      await Promise.all([deciding.stop(), publishing.stop(), keeping.stop(), cutting.stop()]);
      await database.close();
    },
  };
}
