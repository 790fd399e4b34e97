import { createServer } from "node:net";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";

export interface PortUse {
  what: string;
  variable: string;
  host: string;
  port: number;
}

/** Every port that a start with this environment listens on. */
export function portsOf(env: Env): PortUse[] {
  const uses = [
    { what: "the console", variable: "PORT", host: env.HOST, port: env.PORT },
    { what: "MQTT", variable: "MQTT_PORT", host: env.MQTT_HOST, port: env.MQTT_PORT },
    { what: "MQTT over TLS", variable: "MQTTS_PORT", host: env.MQTTS_HOST, port: env.MQTTS_PORT },
    { what: "MQTT over WebSocket", variable: "MQTT_WS_PORT", host: env.MQTT_WS_HOST, port: env.MQTT_WS_PORT },
  ];
  if (!env.DATABASE_URL) uses.push({ what: "Postgres", variable: "POSTGRES_PORT", host: "127.0.0.1", port: env.POSTGRES_PORT });
  return uses;
}

/** Throws `configuration` that names every port that is wanted twice, taken or not to be had, with the variable that changes it. */
export async function checkPorts(uses: PortUse[]): Promise<void> {
  const problems = await Promise.all(
    uses.map(async (use, index) => {
      const earlier = uses.slice(0, index).find((other) => other.port === use.port);
      return earlier ? `Port ${use.port} is set for ${earlier.what} (${earlier.variable}) and for ${use.what} (${use.variable}).` : tryPort(use);
    }),
  );
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0)
    throw new SallyportError("configuration", found.join("\n"), { hint: "Stop what uses the port, or set the variable named with it to a free one." });
}

function tryPort({ what, variable, host, port }: PortUse): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      resolve(`Port ${port} for ${what} ${WORDS[code ?? ""] ?? `cannot be opened: ${code}`} (${variable}).`),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

const WORDS: Record<string, string> = {
  EADDRINUSE: "is taken",
  EACCES: "needs more rights than this user has",
  EADDRNOTAVAIL: "belongs to an address that this machine does not have",
};
