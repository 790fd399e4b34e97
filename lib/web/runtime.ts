import { type Clock, systemClock } from "@/lib/base/clock";
import { type Env, publicUrl, readEnv } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { createLog, type Logger } from "@/lib/base/log";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { openSecrets, type Secrets } from "@/lib/server/secrets";

/** What every request of this process shares. */
export interface Runtime {
  env: Env;
  database: Database;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
  /** Signs the session cookie: NEXTAUTH_SECRET, or the one made at first start. */
  sessionSecret: string;
}

/** On globalThis, so that a hot reload of this module does not open a second set of connections. */
const KEY = Symbol.for("sallyport.web.runtime");
const holder = globalThis as { [KEY]?: Runtime };

export function webRuntime(): Runtime {
  holder[KEY] ??= openRuntime();
  return holder[KEY];
}

/** For tests that call route handlers: the database of the test instead of the environment's. */
export function installRuntime(runtime: Runtime | undefined): void {
  holder[KEY] = runtime;
  if (runtime) process.env.NEXTAUTH_URL = publicUrl(runtime.env);
}

function openRuntime(): Runtime {
  const env = readEnv();
  if (!env.DATABASE_URL)
    throw new SallyportError("configuration", "The web process has no DATABASE_URL.", {
      hint: "npm start, npm run dev and npm run demo set it; start the console by one of those.",
    });
  const secrets = openSecrets(env.DATA_DIR, env);
  // next-auth builds its addresses from this variable and from nothing else.
  process.env.NEXTAUTH_URL = publicUrl(env);
  return {
    env,
    database: openDatabase(env.DATABASE_URL, { connections: 10 }),
    secrets,
    clock: systemClock,
    log: createLog("web", env.LOG_LEVEL),
    sessionSecret: env.NEXTAUTH_SECRET ?? secrets.nextAuthSecret,
  };
}
