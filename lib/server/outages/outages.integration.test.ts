import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { PresenceCause } from "@/lib/protocol/presence";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { evaluateAlerts } from "../alerts/index";
import { drainOutbox } from "../outbox/index";
import type { StepContext } from "../step";
import { acknowledgeOutage, getOutage, judgeOutages, listOutageDevices, listOutages, type OutageMemo, queueOutageDeliveries } from "./index";

let db: TestDatabase;
let clock: FakeClock;
let ctx: StepContext;
let fleetId: string;
let profileId: string;
let memo: OutageMemo;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  clock = fakeClock();
  ctx = { database: db.database, clock, log: createLog("test", "silent") };
  memo = new Map();
  const { prisma } = db.database;
  await prisma.fleet.deleteMany();
  await prisma.outbox.deleteMany();
  await prisma.workerCursor.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId)).id;
  await judgeOutages(ctx, memo);
});

async function site(name: string, count: number, fleet = fleetId): Promise<string[]> {
  const { id: siteId } = await makeSite(db.database, fleet, name);
  const ids: string[] = [];
  for (let i = 0; i < count; i++)
    ids.push(
      (await makeDevice(db.database, fleet, { siteId, profileId, name: `${name} ${i}`, presence: { state: "online", cause: "connected", since: clock.now() } }))
        .id,
    );
  return ids;
}

const set = (ids: readonly string[], state: "online" | "offline", cause: PresenceCause) =>
  db.database.prisma.presence.updateMany({ where: { deviceId: { in: [...ids] } }, data: { state, cause, since: clock.now(), version: { increment: 1 } } });
const drop = (ids: readonly string[], cause: PresenceCause = "keep_alive_timeout") => set(ids, "offline", cause);
const back = (ids: readonly string[]) => set(ids, "online", "connected");
async function pass(seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 5) {
    clock.advance(5_000);
    await judgeOutages(ctx, memo);
    await evaluateAlerts(ctx);
  }
}
const as = (fleet = fleetId, role: "admin" | "support" | "viewer" = "admin") => makeContext(db.database, { fleetId: fleet, clock, role });
const told = async () => (await listOutages(as(), {})).items.map(({ title }) => title);
const notified = async () =>
  (await db.database.prisma.outbox.findMany({ where: { kind: "outage.notify" }, orderBy: { id: "asc" } })).map(
    ({ payload }) => (payload as { event: string }).event,
  );

describe("one outage, one story", () => {
  test("a gateway dies: it and those behind it are one outage, named by it; the rest of the site stays", async () => {
    const devices = await site("Utrecht", 16);
    const [gateway = "", ...others] = devices;
    const behind = others.slice(0, 5);
    await db.database.prisma.device.updateMany({ where: { id: { in: behind } }, data: { gatewayId: gateway } });
    await drop([gateway, ...behind]);
    await pass(10);
    expect(await told()).toEqual(["Behind gateway Utrecht 0: 6 devices away"]);
    await back(devices);
    await pass(10);
    expect(await told()).toEqual(["Behind gateway Utrecht 0: 6 devices were away"]);
  });

  test("devices that took a content key vanish: its version is told", async () => {
    const devices = [...(await site("Breda", 8)), ...(await site("Tilburg", 8))];
    const version = (index: number) => (index % 8 < 4 ? 4 : 3);
    await db.database.prisma.contentKey.createMany({
      data: devices.map((deviceId, index) => ({ deviceId, fleetId, version: version(index), createdAt: clock.now(), receivedAt: clock.now() })),
    });
    await drop(devices.filter((_, index) => version(index) === 4));
    await pass(10);
    expect(await told()).toEqual(["Content key version 4: 8 devices away"]);
  });

  test("a site goes dark and comes back: opened once, closed once, each device counted", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await drop(dark);
    await pass(10);
    expect(await told()).toEqual(["Rotterdam: 6 devices away"]);
    await pass(600);
    await back(dark.slice(0, 4));
    await pass(10);
    expect(await told()).toEqual(["Rotterdam: 2 of 6 devices away"]);
    await back(dark);
    await pass(10);
    expect((await listOutages(as(), { state: "open" })).total).toBe(0);
    expect(await told()).toEqual(["Rotterdam: 6 devices were away"]);
    expect(await notified()).toEqual(["outage.opened", "outage.closed"]);
  });

  test("losses that trickle in grow it; a single device elsewhere is none", async () => {
    const [dark, well] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await drop(well.slice(0, 1));
    for (const id of dark) {
      await drop([id]);
      await pass(20);
    }
    expect(await told()).toEqual(["Rotterdam: 6 devices away"]);
    expect(await notified()).toEqual(["outage.opened"]);
  });

  test("who comes straight back was not lost, a goodbye by habit is none, and a revoked token is an operator's doing", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await drop(dark);
    clock.advance(3_000);
    await judgeOutages(ctx, memo);
    await back(dark);
    await pass(10);
    await drop(dark, "token_revoked");
    await pass(10);
    expect(await told()).toEqual([]);
  });

  test("its words, its devices and who knows of it; nothing for another fleet", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    const other = await makeFleet(db.database);
    await drop(dark);
    await pass(10);
    const [outage] = (await listOutages(as(), {})).items;
    const outageId = outage?.id ?? "";
    expect(outage).toMatchObject({
      factor: "site",
      label: "Rotterdam",
      devices: 6,
      away: 6,
      sites: [{ name: "Rotterdam", devices: 6 }],
      statistic: { lost: 6, group: 6, elsewhere: 12, lostElsewhere: 0 },
    });
    const first = await listOutageDevices(as(), { outageId, limit: 4 });
    const second = await listOutageDevices(as(), { outageId, limit: 4, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(dark.map((_, i) => `Rotterdam ${i}`));
    expect(await acknowledgeOutage(as(fleetId, "support"), { outageId, comment: "on it" })).toMatchObject({ comment: "on it", acknowledgedBy: "Test support" });
    expect((await acknowledgeOutage(as(), { outageId, comment: "me too" })).comment).toBe("on it");
    expect(await getOutage(as(), { outageId })).toMatchObject({ acknowledgedBy: "Test support", away: 6 });
    await expect(acknowledgeOutage(as(fleetId, "viewer"), { outageId })).rejects.toMatchObject({ code: "forbidden" });
    for (const call of [getOutage, listOutageDevices, acknowledgeOutage])
      await expect(call(as(other.id), { outageId })).rejects.toMatchObject({ code: "not_found" });
    expect(await listOutages(as(other.id), {})).toMatchObject({ items: [], total: 0 });
  });

  test("devices of different fleets are no company", async () => {
    const other = await makeFleet(db.database);
    const ours = await site("Rotterdam", 2);
    const theirs = await site("Rotterdam", 2, other.id);
    await drop([...ours, ...theirs]);
    await pass(10);
    expect(await told()).toEqual([]);
  });

  test("one message per channel, in the form of the others", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    const secretWrapped = testSecrets().wrap(Buffer.from("whsec_AAAA"));
    await db.database.prisma.channel.create({ data: { id: "chn_1", fleetId, name: "Pager", url: "https://example.com/hook", secretWrapped } });
    await drop(dark);
    await pass(10);
    const handlers = { "outage.notify": queueOutageDeliveries(ctx) };
    await drainOutbox(ctx, handlers);
    await db.database.prisma.outbox.updateMany({ where: { kind: "outage.notify" }, data: { doneAt: null, availableAt: clock.now() } });
    await drainOutbox(ctx, handlers);
    const deliveries = await db.database.prisma.delivery.findMany({ where: { fleetId } });
    expect(deliveries).toMatchObject([
      { event: "outage.opened", body: { type: "outage.opened", data: { fleet: { id: fleetId }, outage: { label: "Rotterdam", away: 6 } } } },
    ]);
  });

  test("two workers that look at once open it once", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await drop(dark);
    clock.advance(6_000);
    await Promise.all([judgeOutages(ctx, new Map()), judgeOutages(ctx, new Map())]);
    expect(await notified()).toEqual(["outage.opened"]);
  });
});

describe("alerts of what an outage explains", () => {
  const alerts = async () =>
    (await db.database.prisma.alert.findMany({ where: { fleetId, firedAt: { not: null } } })).map(({ deviceId, detail }) => [deviceId, detail]);

  test("none is raised while it lasts, counted instead; who stays away when it is over alerts by itself", async () => {
    const [dark] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await makeAlertRule(db.database, fleetId, { holdSeconds: 60 });
    await drop(dark);
    await pass(900);
    expect(await alerts()).toEqual([]);
    expect((await listOutages(as(), {})).items).toMatchObject([{ heldBack: 6 }]);
    await back(dark.slice(1));
    await pass(50);
    expect(await alerts()).toEqual([]);
    await pass(30);
    expect(await alerts()).toEqual([[dark[0], expect.stringContaining("did not come back with the others")]]);
  });

  test("not even without a hold time, while a lone device alerts at once", async () => {
    const [dark, well] = [await site("Rotterdam", 6), await site("Delft", 12)];
    await makeAlertRule(db.database, fleetId, { holdSeconds: 0 });
    await drop(well.slice(0, 1));
    await evaluateAlerts(ctx);
    expect(await alerts()).toHaveLength(1);
    await drop(dark);
    await evaluateAlerts(ctx);
    await pass(120);
    expect(await alerts()).toHaveLength(1);
  });

  test("devices that go away together without a shared reason alert each, a little later", async () => {
    const sites = [await site("A", 20), await site("B", 20), await site("C", 20)];
    await makeAlertRule(db.database, fleetId, { holdSeconds: 0 });
    const lone = sites.flatMap(([first]) => first ?? []);
    await drop(lone);
    await evaluateAlerts(ctx);
    expect(await alerts()).toEqual([]);
    await pass(15);
    expect((await alerts()).map(([id]) => id).sort()).toEqual([...lone].sort());
  });
});
