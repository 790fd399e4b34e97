import { systemClock } from "@/lib/base/clock";
import { type Env, readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { testSecrets } from "./secrets";

/** What the product's broker is started with in a test: loopback, any free ports, no TLS, no log lines. */
export function brokerSettings(url: string, env: Partial<Env> = {}) {
  return {
    url,
    env: { ...readEnv({}), MQTT_PORT: 0, MQTTS_PORT: 0, MQTT_WS_PORT: 0, ...env },
    clock: systemClock,
    log: createLog("test", "silent"),
    secrets: testSecrets(),
    tls: null,
  };
}
