import { createServer } from "node:net";
import { expect, test } from "vitest";
import { readEnv } from "@/lib/base/env";
import { checkPorts, portsOf } from "./ports";

test("a taken port is named with what it is for and its variable", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(checkPorts([{ what: "the console", variable: "PORT", host: "127.0.0.1", port }])).rejects.toMatchObject({
    code: "configuration",
    message: `Port ${port} for the console is taken (PORT).`,
  });
  await new Promise((resolve) => holder.close(resolve));
  await checkPorts([{ what: "the console", variable: "PORT", host: "127.0.0.1", port }]);
});

test("one port for two things is refused before anything listens", async () => {
  const env = readEnv({ MQTT_PORT: "1999", MQTTS_PORT: "1999", DATABASE_URL: "postgresql://elsewhere/db" });
  const uses = portsOf(env).filter((use) => use.port === 1999);
  await expect(checkPorts(uses)).rejects.toThrow("MQTT_PORT) and for MQTT over TLS (MQTTS_PORT)");
});

test("a Postgres of one's own needs no port of ours", () => {
  expect(portsOf(readEnv({})).map((use) => use.variable)).toContain("POSTGRES_PORT");
  expect(portsOf(readEnv({ DATABASE_URL: "postgresql://elsewhere/db" })).map((use) => use.variable)).not.toContain("POSTGRES_PORT");
});
