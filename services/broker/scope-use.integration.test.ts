import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import { openDatabase } from "@/lib/server/database/client";
import { ScopeUseRecorder } from "@/lib/server/tokens/scope-use";
import { openMqtt } from "@/lib/testing/broker-fleet";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeTokenRow } from "@/lib/testing/factories";
import { grantedToken } from "@/lib/testing/granted-token";
import { type TestBroker, testBroker } from "@/lib/testing/test-broker";

let db: TestDatabase;
let broker: TestBroker;
let fleetId: string;

beforeAll(async () => {
  db = await testDatabase();
  broker = await testBroker(db);
  fleetId = (await makeFleet(db.database)).id;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});

const usesOf = async (tokenId: string) => {
  const rows = await db.database.prisma.scopeUse.findMany({ where: { tokenId }, orderBy: { scope: "asc" } });
  return rows.map(({ scope, count }) => [scope, Number(count)]);
};

test("what was published and subscribed is counted by the scope that allowed it; what was never used has no row", async () => {
  const device = await makeDevice(db.database, fleetId);
  const of = (rest: string) => `sp/v1/${fleetId}/${device.id}/${rest}`;
  const token = await grantedToken(db.database, {
    device: { id: device.id, fleetId },
    scopes: [
      { permission: "deny", action: "all", topic: of("up/posture") },
      { permission: "allow", action: "publish", topic: of("up/telemetry") },
      { permission: "allow", action: "publish", topic: of("up/#") },
      { permission: "allow", action: "subscribe", topic: of("down/#") },
      { permission: "allow", action: "subscribe", topic: of("presence") },
    ],
  });
  const client = await openMqtt(broker.port, { ...token, token: token.password });
  for (const messageId of [1, 2, 3]) {
    client.send({ cmd: "publish", qos: 1, dup: false, retain: false, messageId, topic: of("up/telemetry"), payload: '{"level":1}' });
    await client.next(({ cmd }) => cmd === "puback");
  }
  client.send({ cmd: "subscribe", messageId: 9, subscriptions: [{ topic: of("down/#"), qos: 1 }] });
  await client.next(({ cmd }) => cmd === "suback");
  client.send({ cmd: "disconnect" });
  await vi.waitFor(
    async () =>
      expect(await usesOf(token.tokenId)).toEqual([
        [1, 3],
        [3, 1],
      ]),
    { timeout: 10_000 },
  );
});

test("while Postgres is away the sums are kept, and a token that is gone harms nobody else's", async () => {
  const device = await makeDevice(db.database, fleetId);
  const { id } = await makeTokenRow(db.database, device);
  const away = openDatabase("postgresql://nobody@127.0.0.1:1/nowhere");
  const database = { pool: away.pool };
  const recorder = new ScopeUseRecorder({ database, clock: systemClock, log: createLog("test", "silent") });
  const use = recorder.of(id);
  use.count(0);
  recorder.of("tok_gone").count(0);
  await recorder.flush();
  use.count(0);
  await recorder.flush(true);
  expect(await usesOf(id)).toEqual([]);
  database.pool = db.database.pool;
  await recorder.flush();
  expect(await usesOf(id)).toEqual([[0, 2]]);
  use.hold(1);
  await recorder.close();
  expect(await usesOf(id)).toEqual([
    [0, 2],
    [1, 1],
  ]);
  await away.close();
});

test("a session that goes on as before is written once a minute, and at its end", async () => {
  const device = await makeDevice(db.database, fleetId);
  const { id } = await makeTokenRow(db.database, device);
  const times = [0];
  const clock = { now: () => new Date(Date.UTC(2026, 0, 1) + (times[0] ?? 0)) };
  const recorder = new ScopeUseRecorder({ database: db.database, clock, log: createLog("test", "silent") });
  const use = recorder.of(id);
  use.hold(1);
  await recorder.flush();
  expect(await usesOf(id)).toEqual([[1, 1]]);
  times[0] = 30_000;
  use.count(1);
  await recorder.flush();
  expect(await usesOf(id)).toEqual([[1, 1]]);
  times[0] = 61_000;
  await recorder.flush();
  expect(await usesOf(id)).toEqual([[1, 2]]);
  times[0] = 70_000;
  use.end();
  await recorder.flush();
  const row = await db.database.prisma.scopeUse.findFirstOrThrow({ where: { tokenId: id } });
  expect([row.count, row.firstAt.getTime(), row.lastAt.getTime()].map(Number)).toEqual([2, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1) + 70_000]);
  await recorder.close();
});
