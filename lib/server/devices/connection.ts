import type { Env } from "@/lib/base/env";
import { topics } from "@/lib/protocol/topics";

/** Where a device connects to and publishes, beside what its token says. */
export function connectionOf(
  env: Pick<Env, "MQTT_PUBLIC_HOST" | "MQTT_HOST" | "MQTT_PORT" | "MQTTS_PORT">,
  { fleetId, deviceId }: { fleetId: string; deviceId: string },
) {
  return {
    host: env.MQTT_PUBLIC_HOST ?? env.MQTT_HOST,
    port: env.MQTT_PORT,
    tlsPort: env.MQTTS_PORT,
    telemetryTopic: topics.up(fleetId, deviceId, "telemetry"),
  };
}
