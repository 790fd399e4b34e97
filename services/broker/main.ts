import { existsSync } from "node:fs";
import path from "node:path";
import { systemClock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { openDatabase } from "@/lib/server/database/client";
import { locateDatabase } from "@/lib/server/database/locate";
import { openCheckedSecrets } from "@/lib/server/encryption/key-encryption-key";
import type { Secrets } from "@/lib/server/secrets";
import { runService } from "../child";
import type { TlsPaths } from "./listeners/tls-context";
import { startProductBroker } from "./product-broker";

/** Clients are refused with return code 3 until keys and revocations are read; after this long we say that we run all the same. */
const READY_LIMIT_MS = 10_000;

/** The certificate that is set, or the development one that the supervisor makes. */
function tlsFiles(env: Env): TlsPaths | null {
  const clientCa = env.TLS_CLIENT_CA;
  if (env.TLS_CERT && env.TLS_KEY) return { cert: env.TLS_CERT, key: env.TLS_KEY, clientCa };
  const files = { clientCa, cert: path.join(env.DATA_DIR, "tls/server.crt"), key: path.join(env.DATA_DIR, "tls/server.key") };
  return existsSync(files.cert) && existsSync(files.key) ? files : null;
}

/** With another key-encryption key no content key would open: better not to start. */
async function checkedSecrets(env: Env, url: string): Promise<Secrets> {
  const database = openDatabase(url, { connections: 1 });
  try {
    return await openCheckedSecrets(database, env.DATA_DIR, env);
  } finally {
    await database.close();
  }
}

void runService("broker", async ({ env, log }) => {
  const tls = tlsFiles(env);
  if (!tls) log.warn("no certificate: MQTT over TLS is off");
  const url = await locateDatabase(env);
  const broker = await startProductBroker({ env, url, clock: systemClock, log, secrets: await checkedSecrets(env, url), tls });
  await Promise.race([broker.ready, new Promise((resolve) => setTimeout(resolve, READY_LIMIT_MS).unref())]);
  log.info({ ports: broker.ports }, "broker is ready");
  return { stop: () => broker.stop() };
});
