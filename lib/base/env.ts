import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { SallyportError } from "./errors";

const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback);
const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true");
const list = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** Comma-separated addresses of one of these schemes: the nodes of a cluster. */
const urls = (protocol: RegExp) => list.pipe(z.array(z.url({ protocol })));

/** Every setting of the product. Descriptions become `.env.example`; each can also be read from a file by `NAME_FILE`. */
export const envSchema = z.object({
  DATA_DIR: z.string().min(1).default(".sallyport").describe("Folder with all state: database, secrets, logs."),
  HOST: z.string().min(1).default("127.0.0.1").describe("Address the console listens on."),
  PORT: port(3000).describe("Port of the console (web)."),
  PUBLIC_URL: z.url().optional().describe("Address people open in the browser. Default: http://localhost:PORT."),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe("A Postgres server to use. Default: one of our own, in DATA_DIR."),
  POSTGRES_PORT: port(54329).describe("Port of our own Postgres (loopback only), when DATABASE_URL is not set."),
  MQTT_HOST: z.string().min(1).default("127.0.0.1").describe("Address for plain MQTT. Keep it on loopback: plain text."),
  MQTT_PORT: port(1883).describe("Port for plain MQTT."),
  MQTTS_HOST: z.string().min(1).default("127.0.0.1").describe("Address for MQTT over TLS. 0.0.0.0 lets devices of your network in."),
  MQTTS_PORT: port(8883).describe("Port for MQTT over TLS."),
  MQTT_WS_HOST: z.string().min(1).default("127.0.0.1").describe("Address for MQTT over WebSocket; the console carries /mqtt to it."),
  MQTT_WS_PORT: port(8083).describe("Port for MQTT over WebSocket."),
  MQTT_URL: urls(/^(mqtts?|wss?)$/).describe(
    "An external broker for presence and live summaries, comma-separated for several nodes: mqtts://host:8883. Default: the embedded one.",
  ),
  MQTT_PUBLIC_HOST: z.string().min(1).optional().describe("Host name that devices are told to connect to. Default: MQTT_HOST."),
  LIVE_URL: z.string().min(1).default("/mqtt").describe("Where browsers reach the broker: a path on the console, or a wss:// address."),
  TLS_CERT: z.string().optional().describe("Path of the TLS certificate (PEM). Default: a development one, made at first start."),
  TLS_KEY: z.string().optional().describe("Path of the TLS private key (PEM)."),
  TLS_CLIENT_CA: z
    .string()
    .optional()
    .describe("Path of authorities (PEM): MQTT over TLS then also demands a client certificate of one of them, besides the token."),
  KEY_ENCRYPTION_KEY: z
    .string()
    .optional()
    .describe("The key that wraps all keys at rest: 32 bytes in base64. Default: a file made at first start, DATA_DIR/secrets/key-encryption-key."),
  KEY_ENCRYPTION_COMMAND: z.string().optional().describe("A command that prints that key (KMS, HSM), run by /bin/sh at the start of each process."),
  KEY_ENCRYPTION_KEY_PREVIOUS: z.string().optional().describe("The key before it, while everything is wrapped anew: docs/encryption.md."),
  NEXTAUTH_SECRET: z.string().min(32).optional().describe("Secret that signs browser sessions. Default: made at first start, kept in DATA_DIR."),
  ADMIN_EMAIL: z.email().optional().describe("First administrator. Without it, a one-time set-up link is printed."),
  ADMIN_PASSWORD: z.string().min(10).optional().describe("Password of the first administrator."),
  OIDC_ISSUER: z.url().optional().describe("OpenID Connect issuer for sign-in."),
  OIDC_CLIENT_ID: z.string().optional().describe("OpenID Connect client id."),
  OIDC_CLIENT_SECRET: z.string().optional().describe("OpenID Connect client secret."),
  FLEET_NAME: z.string().min(1).max(80).default("My fleet").describe("Name of the fleet made at first start."),
  WEBHOOK_ALLOWED_HOSTS: list.describe("Comma-separated hosts that webhooks may reach although they are private addresses."),
  MQTT_MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(1).default(10_000).describe("Connections the broker takes from one address."),
  BROKER_NODE: z
    .string()
    .regex(/^(?!rabbitmq$|emqx$|mosquitto$)[A-Za-z0-9_-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 _ -, and not the name of another broker")
    .default("embedded")
    .describe("Name of this embedded broker, when several run on one database. Its sessions belong to it."),
  BROKER_HOOK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{32,}$/, "at least 32 of A-Z a-z 0-9 . _ ~ -")
    .optional()
    .describe("Secret that EMQX and RabbitMQ show at /api/broker. Without it these hooks refuse everything."),
  RABBITMQ_VHOST: z.string().min(1).max(255).default("/").describe("The RabbitMQ virtual host that MQTT clients may enter."),
  RABBITMQ_MANAGEMENT_URL: urls(/^https?$/).describe(
    "RabbitMQ's management API with credentials, comma-separated for several nodes; the worker ends sessions there, and the ingest lists them for presence.",
  ),
  RABBITMQ_AMQP_URL: urls(/^amqps?$/).describe(
    "RabbitMQ for the ingest, with credentials: amqp://ingest:…@host:5672/%2f, comma-separated for several nodes. Without it no ingest from RabbitMQ runs.",
  ),
  EMQX_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("EMQX's HTTP API with an API key as credentials; the worker ends sessions there."),
  MOSQUITTO_CONTROL_URL: z
    .url({ protocol: /^mqtts?$/ })
    .optional()
    .describe("Mosquitto with its dynamic-security admin as credentials: mqtt://admin:…@host:1883."),
  PRESENCE_GRACE_SECONDS: z.coerce.number().int().min(1).max(600).default(120).describe("How long devices stay 'unknown' after a broker restart."),
  RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(90).describe("How many days measurements are kept."),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info").describe("What is logged."),
  SALLYPORT_TRUST_PROXY: flag.describe("true when a reverse proxy of yours sets X-Forwarded-For."),
});

export type Env = z.output<typeof envSchema>;

/**
 * Reads and checks the environment. Every wrong variable is named in one error (`configuration`), before anything starts.
 * An empty value counts as unset. `NAME_FILE` gives the path of a file that holds the value of NAME.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(envSchema.shape)) {
    const file = source[`${name}_FILE`];
    if (file) {
      try {
        values[name] = readFileSync(file, "utf8").trim();
      } catch {
        problems.push(`${name}_FILE: cannot read ${file}`);
      }
    } else if (source[name]) values[name] = source[name];
  }
  const parsed = envSchema.safeParse(values);
  if (!parsed.success) for (const issue of parsed.error.issues) problems.push(`${issue.path.join(".")}: ${issue.message}`);
  if (Boolean(values.TLS_CERT) !== Boolean(values.TLS_KEY)) problems.push("TLS_CERT and TLS_KEY: set both or neither");
  if (Boolean(values.ADMIN_EMAIL) !== Boolean(values.ADMIN_PASSWORD)) problems.push("ADMIN_EMAIL and ADMIN_PASSWORD: set both or neither");
  if (problems.length > 0 || !parsed.success)
    throw new SallyportError("configuration", `Wrong environment:\n  ${problems.join("\n  ")}`, {
      hint: "Correct the variables named above; .env.example lists all of them.",
    });
  return { ...parsed.data, DATA_DIR: path.resolve(parsed.data.DATA_DIR) };
}

/** Where people open the console. */
export function publicUrl(env: Pick<Env, "PUBLIC_URL" | "PORT">): string {
  return (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/$/, "");
}
