import { systemClock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { openDatabase } from "@/lib/server/database/client";
import { locateDatabase } from "@/lib/server/database/locate";
import { openCheckedSecrets } from "@/lib/server/encryption/key-encryption-key";
import type { Secrets } from "@/lib/server/secrets";
import { runService } from "../child";
import { startIngest } from "./start-ingest";

/** With another key-encryption key no content key would open: better not to start. */
async function checkedSecrets(env: Env, url: string): Promise<Secrets> {
  const database = openDatabase(url, { connections: 1 });
  try {
    return await openCheckedSecrets(database, env.DATA_DIR, env);
  } finally {
    await database.close();
  }
}

await runService("ingest", async ({ env, log }) => {
  if (env.RABBITMQ_AMQP_URL.length === 0)
    throw new SallyportError("configuration", "RABBITMQ_AMQP_URL is not set: there is no queue to read.", { hint: "docs/other-brokers.md says how." });
  const url = await locateDatabase(env);
  const ingest = startIngest({ env, url, clock: systemClock, log, secrets: await checkedSecrets(env, url) });
  log.info("ingest is ready");
  return ingest;
});
