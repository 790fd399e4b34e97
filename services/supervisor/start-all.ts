import { systemClock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { createLog, type Logger } from "@/lib/base/log";
import { openDatabase } from "@/lib/server/database/client";
import { migrate } from "@/lib/server/database/migrate";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { bootstrap } from "@/lib/server/members/bootstrap";
import { openSecrets } from "@/lib/server/secrets";
import { childEnv } from "./child-env";
import { demoAdmin } from "./demo-admin";
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
  const built = development ? Promise.resolve(false) : buildWeb(context);
  // A failed build is reported where it is waited for, not as an unhandled rejection before.
  built.catch(() => {});

  const databaseUrl = await progress.step("Database", () => startDatabase(context));
  const secrets = openSecrets(env.DATA_DIR);
  const database = openDatabase(databaseUrl);
  try {
    const { setupUrl } = await progress.step("First set-up", async () => {
      await ensureMeasurementPartitions(database.pool, new Date());
      return bootstrap({ env, database, secrets, clock: systemClock });
    });
    const tls = await ensureTlsFiles(env, new Date());
    const nextAuthSecret = env.NEXTAUTH_SECRET ?? secrets.nextAuthSecret;
    const children = { env, runLog: context.runLog, childEnv: childEnv(env, { databaseUrl, nextAuthSecret, tls, development }) };
    const web = built.then(() => house.keep(webPart(children, development)));
    web.catch(() => {});
    await progress.step("Broker and worker", () =>
      Promise.all(["broker", "worker"].map((name) => house.keep(servicePart(name, `services/${name}/main.ts`, children)))),
    );
    if (!development) await progress.step("Console built", () => built);
    await progress.step("Console", () => web);
    house.markReady();
    progress.line(summary({ env, setupUrl, demoAdmin: env !== context.env }));
  } finally {
    await database.close();
  }
  if (development) watchSources(house, context.log);
}

function buildWeb({ house, runLog }: StartContext): Promise<boolean> {
  return ensureWebBuild({ signal: house.signal, onLine: (line, stream) => runLog.line("build", line, stream) });
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
