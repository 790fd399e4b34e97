import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { liveEventSchema } from "@/lib/protocol/live";
import { presenceMessageSchema } from "@/lib/protocol/presence";
import { topics } from "@/lib/protocol/topics";
import { openSecrets } from "@/lib/server/secrets";
import { ensureSigningKey, grantConsoleToken } from "@/lib/server/tokens/index";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { startProductBroker } from "../broker/product-broker";
import { startWorker } from "./start-worker";

const DEVICES = 10_000;
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-storm-"));
let db: TestDatabase;
let fleetId: string;
let runId: bigint;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  db = await testDatabase();
  const secrets = openSecrets(dataDir);
  await ensureSigningKey(db.database, secrets);
  fleetId = (await makeFleet(db.database)).id;
  const profile = await makeProfile(db.database, fleetId);
  const site = await makeSite(db.database, fleetId, "Rotterdam");
  const { pool } = db.database;
  await pool.query(
    "insert into device (id, fleet_id, profile_id, site_id, name, updated_at) select 'dev_storm' || i, $1, $2, $3, 'Storm ' || i, now() from generate_series(1, $4) i",
    [fleetId, profile.id, site.id, DEVICES],
  );
  await pool.query("insert into presence (device_id, fleet_id) select id, fleet_id from device where fleet_id = $1", [fleetId]);
  const [mqtt, ws, tls] = await freePorts(3);
  const env = { ...readEnv({}), DATA_DIR: dataDir, DATABASE_URL: db.url, MQTT_PORT: mqtt ?? 0, MQTT_WS_PORT: ws ?? 0, MQTTS_PORT: tls ?? 0 };
  const log = createLog("storm", "silent");
  const broker = await startProductBroker({ env, url: db.url, clock: systemClock, log, secrets: openSecrets(dataDir), tls: null });
  stops.push(() => broker.stop());
  await broker.ready;
  const worker = await startWorker({ env, log, clock: systemClock });
  stops.push(() => worker.stop());
  runId = (await db.database.prisma.brokerRun.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
  tab = await openTab(env.MQTT_PORT);
});
afterAll(async () => {
  await tab?.client.endAsync(true);
  for (const stop of stops.reverse()) await stop();
  await db.close();
  rmSync(dataDir, { recursive: true });
});

let tab: { client: MqttClient; states: Map<string, string>; lines: string[] };

/** A console that follows the fleet. */
async function openTab(port: number): Promise<typeof tab> {
  const ctx = { ...makeContext(db.database, { fleetId }), secrets: openSecrets(dataDir) };
  const { clientId, username, token } = await grantConsoleToken(ctx, {});
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, clientId, username, password: token });
  const states = new Map<string, string>();
  const lines: string[] = [];
  client.on("message", (topic, payload) => {
    const text = payload.toString("utf8");
    if (topic.endsWith("/presence")) {
      const { device, state } = presenceMessageSchema.parse(JSON.parse(text));
      states.set(device, state);
    } else if (topic === topics.live(fleetId, "events")) lines.push(liveEventSchema.parse(JSON.parse(text)).text);
  });
  await client.subscribeAsync([topics.presenceOfAll(fleetId), topics.liveAll(fleetId)], { qos: 1 });
  return { client, states, lines };
}

/** What the broker writes when that many devices come or go at once. */
async function all(kind: "connected" | "disconnected"): Promise<number> {
  const { pool } = db.database;
  const first = runId * 1_000_000_000n + 500_000_000n;
  if (kind === "connected")
    await pool.query(
      `insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds, connected_at)
       select $1::bigint + i, $2, $3, 'device', 'dev_storm' || i, 'dev_storm' || i, 'tok', 'dev_storm' || i, 'tcp', '127.0.0.1', 60, now() from generate_series(1, $4) i`,
      [first, runId, fleetId, DEVICES],
    );
  const started = performance.now();
  await pool.query(
    `insert into session_event (fleet_id, device_id, session_number, kind, reason, at)
     select $2, 'dev_storm' || i, $1::bigint + i, $3, 'CONNECTION_LOST', now() from generate_series(1, $4) i`,
    [first, fleetId, kind, DEVICES],
  );
  await pool.query("select pg_notify('session_event', '')");
  return started;
}

const count = (state: string) => [...tab.states.values()].filter((known) => known === state).length;

test(`${DEVICES} devices come and go: a console has every state, and a few lines to read`, async () => {
  for (const [kind, state] of [
    ["connected", "online"],
    ["disconnected", "offline"],
  ] as const) {
    const started = await all(kind);
    await expect.poll(() => count(state), { timeout: 60_000 }).toBe(DEVICES);
    process.stdout.write(`${DEVICES} devices ${kind}: on the console after ${Math.round(performance.now() - started)} ms\n`);
  }
  await expect.poll(() => tab.lines.some((line) => line.endsWith("devices went offline at Rotterdam."))).toBe(true);
  expect(tab.lines.length).toBeLessThan(60);
}, 180_000);
