import type { Env } from "@/lib/base/env";

/** Where devices are told to connect to. */
export function mqttAddress(env: Pick<Env, "MQTT_PUBLIC_HOST" | "MQTT_HOST" | "MQTT_PORT" | "MQTTS_PORT">) {
  return { host: env.MQTT_PUBLIC_HOST ?? env.MQTT_HOST, port: env.MQTT_PORT, tlsPort: env.MQTTS_PORT };
}
