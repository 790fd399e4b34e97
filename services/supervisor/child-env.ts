import { type Env, publicUrl } from "@/lib/base/env";
import type { TlsFiles } from "./tls-certificate";

interface Resolved {
  databaseUrl: string;
  nextAuthSecret: string;
  tls: TlsFiles;
  development: boolean;
}

/** Only the first start needs these, and only in the supervisor. */
const KEPT_BACK = ["ADMIN_EMAIL", "ADMIN_PASSWORD", "ADMIN_EMAIL_FILE", "ADMIN_PASSWORD_FILE"];

/** What every process of the product finds in its environment: ours, with everything resolved that they would have to look up. */
export function childEnv(env: Env, resolved: Resolved): NodeJS.ProcessEnv {
  const url = publicUrl(env);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !KEPT_BACK.includes(name)));
  return {
    ...inherited,
    NODE_ENV: resolved.development ? "development" : "production",
    DATA_DIR: env.DATA_DIR,
    DATABASE_URL: resolved.databaseUrl,
    PUBLIC_URL: url,
    NEXTAUTH_URL: url,
    NEXTAUTH_SECRET: resolved.nextAuthSecret,
    TLS_CERT: resolved.tls.cert,
    TLS_KEY: resolved.tls.key,
    MQTT_MAX_CONNECTIONS_PER_ADDRESS: String(env.MQTT_MAX_CONNECTIONS_PER_ADDRESS),
    NEXT_TELEMETRY_DISABLED: "1",
    // Its output goes to a file.
    NO_COLOR: "1",
    SALLYPORT_SUPERVISOR: String(process.pid),
  };
}

/** What a device of the demo gets: it stands for a machine far away, and knows nothing of ours. */
export function deviceEnv(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TZ, LOG_LEVEL } = process.env;
  return { NODE_ENV: "production", PATH, HOME, LANG, TZ, LOG_LEVEL };
}
