import type { Env } from "@/lib/base/env";
import { topics } from "@/lib/protocol/topics";

type Addresses = Pick<Env, "MQTT_PUBLIC_HOST" | "MQTT_HOST" | "MQTT_PORT" | "MQTTS_PORT">;

/** Where MQTT clients connect to. */
export function brokerAddress(env: Addresses) {
  return { host: env.MQTT_PUBLIC_HOST ?? env.MQTT_HOST, port: env.MQTT_PORT, tlsPort: env.MQTTS_PORT };
}

/** Where a device connects to and publishes, beside what its token says. */
export function connectionOf(env: Addresses, { fleetId, deviceId }: { fleetId: string; deviceId: string }) {
  return { ...brokerAddress(env), telemetryTopic: topics.up(fleetId, deviceId, "telemetry") };
}
