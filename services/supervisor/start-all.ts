import { systemClock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { createLog, type Logger } from "@/lib/base/log";
import { agentFile } from "@/lib/server/agent/agent-file";
import { openDatabase } from "@/lib/server/database/client";
import { migrate } from "@/lib/server/database/migrate";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { openCheckedSecrets } from "@/lib/server/encryption/key-encryption-key";
import { bootstrap } from "@/lib/server/members/bootstrap";
import { bundleAgent } from "./bundle-agent";
import { childEnv } from "./child-env";
import { demoAdmin } from "./demo-admin";
import { demoParts } from "./demo-parts";
import type { House } from "./house";
import type { Options } from "./options";
import { postgresPart, servicePart, webPart } from "./parts";
import type { Progress } from "./progress";
import type { RunLog } from "./run-log";
import { summary } from "./summary";
import { ensureTlsFiles } from "./tls-certificate";
import { watchSources } from "./watch-sources";
import { ensureWebBuild } from "./web-build";

export interface StartContext {
  options: Options;
  env: Env;
  house: House;
  progress: Progress;
  runLog: RunLog;
  log: Logger;
}

/** Everything in the order in which one needs the other; the console is built meanwhile. Answers when all serve. */
export async function startAll(context: StartContext): Promise<void> {
  const { options, house, progress } = context;
  const env = options.mode === "demo" ? demoAdmin(context.env) : context.env;
  const development = options.mode === "dev";
  const tls = await ensureTlsFiles(env, new Date());
  const built = development ? Promise.resolve(false) : buildWeb(context);
  // A failed build is reported where it is waited for, not as an unhandled rejection before.
  built.catch(() => {});
  // For devices to fetch. Nobody waits for it, and nothing stops without it.
  bundleAgent(agentFile(env.DATA_DIR)).catch((error: unknown) => context.log.warn({ err: error }, "the agent could not be made into one file"));

  const databaseUrl = await progress.step("Database", () => startDatabase(context));
  const database = openDatabase(databaseUrl);
  try {
    const secrets = await openCheckedSecrets(database, env.DATA_DIR, env);
    const { setupUrl, fleetId } = await progress.step("First set-up", async () => {
      await ensureMeasurementPartitions(database.pool, new Date());
      return bootstrap({ env, database, secrets, clock: systemClock });
    });
    const nextAuthSecret = env.NEXTAUTH_SECRET ?? secrets.nextAuthSecret;
    // All devices of a demo come from one address, and people must still get in.
    const connections = Math.max(env.MQTT_MAX_CONNECTIONS_PER_ADDRESS, options.devices + 1_000);
    const settings = { ...env, MQTT_MAX_CONNECTIONS_PER_ADDRESS: connections };
    const children = { env, runLog: context.runLog, childEnv: childEnv(settings, { databaseUrl, nextAuthSecret, tls, development }) };
    // All of these start side by side; the steps only show what is being waited for.
    const names = ["broker", "worker", ...(env.RABBITMQ_AMQP_URL.length > 0 ? ["ingest"] : [])];
    const services = Promise.all(names.map((name) => house.keep(servicePart(name, `services/${name}/main.ts`, children))));
    const web = built.then(() => house.keep(webPart(children, development)));
    for (const early of [services, web]) early.catch(() => {});
    const demo = options.mode === "demo" ? await demoParts({ env, database, secrets, fleetId, devices: options.devices, progress, children }) : [];
    await progress.step("Broker and worker", () => services);
    const devices = Promise.all(demo.map((part) => house.keep(part)));
    devices.catch(() => {});
    if (!development) await progress.step("Console built", () => built);
    await progress.step("Console", () => web);
    await devices;
    house.markReady();
    progress.line(summary({ env, setupUrl, demoAdmin: env !== context.env }));
  } finally {
    await database.close();
  }
  if (development) watchSources(house, context.log);
}

function buildWeb({ house, runLog }: StartContext): Promise<boolean> {
  // Warnings of a build that succeeds are for its log; one that fails brings its last lines with the error.
  return ensureWebBuild({ signal: house.signal, onLine: (line) => runLog.line("build", line, "stdout") });
}

/** DATABASE_URL, or a Postgres of our own; migrated either way. */
async function startDatabase({ env, house, runLog, log }: StartContext): Promise<string> {
  let url = env.DATABASE_URL;
  if (!url) {
    const postgresLog = createLog("postgres", env.LOG_LEVEL, { write: (line) => runLog.line("postgres", line.trimEnd(), "stdout") });
    await house.keep(
      postgresPart(env, postgresLog, (own) => {
        url = own;
      }),
    );
  }
  if (!url) throw new Error("Postgres started without an address");
  await migrate(url, { log });
  return url;
}
