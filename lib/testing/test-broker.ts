import { systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { deviceScopes } from "@/lib/protocol/access";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { startProductBroker } from "@/services/broker/product-broker";
import type { TestDatabase } from "./database";
import { makeDevice, makeFleet } from "./factories";
import { grantedToken } from "./granted-token";
import { testSecrets } from "./secrets";

export interface TestBroker {
  /** Of plain MQTT, on loopback. */
  port: number;
  /** Of MQTT over TLS; null without a certificate. */
  tlsPort: number | null;
  stop(): Promise<void>;
}

interface TestBrokerOptions {
  /** Default: a free one. */
  port?: number;
  tls?: { cert: string; key: string };
}

/** The product's own broker in this process, on the test's database. */
export async function testBroker({ url, database }: Pick<TestDatabase, "url" | "database">, { port = 0, tls }: TestBrokerOptions = {}): Promise<TestBroker> {
  await ensureSigningKey(database, testSecrets());
  const env = { ...readEnv({}), MQTT_PORT: port, MQTT_WS_PORT: 0, MQTTS_PORT: 0 };
  const broker = await startProductBroker({ env, url, clock: systemClock, log: createLog("broker", "silent"), secrets: testSecrets(), tls: tls ?? null });
  await broker.ready;
  return { port: broker.ports.tcp, tlsPort: broker.ports.tls, stop: () => broker.stop() };
}

export interface GrantedDevice {
  id: string;
  fleetId: string;
  token: string;
}

/** Devices of one new fleet, each with a token for its own topics. */
export async function grantedDevices({ database }: Pick<TestDatabase, "database">, count: number): Promise<GrantedDevice[]> {
  const { id: fleetId } = await makeFleet(database);
  const devices: GrantedDevice[] = [];
  for (let index = 0; index < count; index++) {
    const device = await makeDevice(database, fleetId);
    const { password } = await grantedToken(database, { device: { id: device.id, fleetId }, scopes: deviceScopes(fleetId, device.id) });
    devices.push({ id: device.id, fleetId, token: password });
  }
  return devices;
}
