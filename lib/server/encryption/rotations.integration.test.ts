import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeUser } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { changeDevice } from "../devices/change-device";
import { removeMember } from "../members/remove-member";
import { drainOutbox } from "../outbox/index";
import { advanceContentKeys } from "./advance-content-keys";
import { advanceRotations } from "./advance-rotations";
import { getRotation } from "./get-rotation";
import { listRotationDevices } from "./list-rotation-devices";
import { listRotations } from "./list-rotations";
import { fetchOpeningKeys } from "./opening-keys";
import { queueRotationDeliveries } from "./queue-rotation-deliveries";
import { rotateKeys } from "./rotate-keys";
import { setRotationPolicy } from "./rotation-policy";
import { startDueRotations } from "./start-due-rotations";
import { pauseRotation, resumeRotation, rollBackRotation } from "./steer-rotation";

/** Real Postgres; devices are played by what the ingest would write of them, so that every moment can be looked at. */
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

async function stage(devices: number) {
  const { database } = db;
  const clock = fakeClock();
  const fleet = await makeFleet(database);
  const profile = await makeProfile(database, fleet.id, { reportingIntervalSeconds: 10 });
  const secrets = testSecrets();
  const ctx = { ...makeContext(database, { fleetId: fleet.id, clock }), secrets };
  const ids: string[] = [];
  for (let number = 0; number < devices; number++) {
    const presence = { state: "online" as const, cause: "connected" as const, since: clock.now() };
    const { id } = await makeDevice(database, fleet.id, { profileId: profile.id, presence });
    ids.push(id);
    await database.prisma.deviceKey.create({ data: { deviceId: id, fleetId: fleet.id, thumbprint: id, publicJwk: {}, pinnedAt: clock.now() } });
    const seen = { announcedAt: clock.now(), receivedAt: clock.now(), firstSeenAt: clock.now(), lastSeenAt: clock.now(), messages: 1 };
    await database.prisma.contentKey.create({
      data: { ...seen, deviceId: id, fleetId: fleet.id, version: 1, state: "active", keyWrapped: secrets.wrap(Buffer.from(id)), createdAt: clock.now() },
    });
  }
  const { contentKey, presence, keyRotationDevice } = database.prisma;
  return {
    ctx,
    clock,
    ids: ids.toSorted(),
    /** What the worker does once a second. */
    tick: async () => {
      await advanceContentKeys({ ...ctx, log: { warn() {} } as never });
      await startDueRotations(ctx);
      while ((await advanceRotations(ctx)) > 0);
    },
    /** The ingest saw a message with the newest version. */
    use: async (...used: string[]) => {
      for (const deviceId of used) {
        const newest = await contentKey.findFirstOrThrow({ where: { deviceId, state: "next" }, orderBy: { version: "desc" } });
        await contentKey.update({
          where: { deviceId_version: { deviceId, version: newest.version } },
          data: { announcedAt: clock.now(), receivedAt: clock.now(), firstSeenAt: clock.now(), lastSeenAt: clock.now(), messages: 1 },
        });
      }
    },
    leave: (deviceId: string) => presence.update({ where: { deviceId }, data: { state: "offline", since: clock.now() } }),
    waves: async (rotationId: string) => {
      const rows = await keyRotationDevice.findMany({ where: { rotationId }, orderBy: [{ wave: "asc" }, { deviceId: "asc" }] });
      return rows.reduce<string[][]>((all, { wave, deviceId }) => {
        all[wave] = [...(all[wave] ?? []), deviceId];
        return all;
      }, []);
    },
    states: async (deviceId: string) =>
      (await contentKey.findMany({ where: { deviceId }, orderBy: { version: "asc" } })).map(({ version, state }) => `v${version} ${state}`),
  };
}

const plan = { canaryCount: 1, wavePercent: 50, soakSeconds: 60, abortPercent: 30, patienceSeconds: 300, reason: "test" };
const detail = (ctx: Parameters<typeof getRotation>[0], rotationId: string) => getRotation(ctx, { rotationId });

describe("waves", () => {
  test("canary, soak, the rest; who is away holds nobody up and is listed with why; finished when everybody is settled", async () => {
    const { ctx, clock, ids, tick, use, leave, waves } = await stage(5);
    await leave(ids[0] ?? "");
    const { rotationId } = await rotateKeys(ctx, plan);
    const [canary = [], first = [], second = []] = await waves(rotationId);
    expect([canary.length, first.length, second.length]).toEqual([1, 2, 2]);
    // Somebody who is there.
    expect(canary).not.toContain(ids[0]);
    expect(await detail(ctx, rotationId)).toMatchObject({ planned: 4, waiting: 1, waitsFor: "devices" });
    await use(...canary);
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ wave: 0, usedOnWire: 1, waitsFor: "soak" });
    clock.advance(60_000);
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ wave: 1, planned: 2 });
    await use(...first.filter((id) => id !== ids[0]));
    clock.advance(60_000);
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ wave: 2, planned: 0 });
    await use(...second.filter((id) => id !== ids[0]));
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "running", usedOnWire: 4, away: 1, waitsFor: "laggards" });
    expect((await listRotationDevices(ctx, { rotationId, outcome: "lagging" })).items).toMatchObject([{ deviceId: ids[0], why: "offline", state: "offline" }]);
    await use(ids[0] ?? "");
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "finished", usedOnWire: 5, away: 0 });
    expect((await listRotations(ctx, {})).items).toMatchObject([{ id: rotationId, usedOnWire: 5, devices: 5 }]);
    await expect(pauseRotation(ctx, { rotationId, reason: "late" })).rejects.toMatchObject({ code: "conflict" });
  });

  test("several workers at once begin a wave once", async () => {
    const { ctx, clock, use, waves } = await stage(5);
    const { rotationId } = await rotateKeys(ctx, { ...plan, soakSeconds: 0 });
    const [canary = [], first = []] = await waves(rotationId);
    await use(...canary);
    clock.advance(1_000);
    const moved = await Promise.all(Array.from({ length: 6 }, () => advanceRotations(ctx)));
    expect(moved.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await ctx.database.prisma.contentKey.count({ where: { deviceId: { in: first } } })).toBe(4);
    expect(await detail(ctx, rotationId)).toMatchObject({ wave: 1 });
  });

  test("a newer rotation takes over those whose turn had not come, and those that have not used theirs", async () => {
    const { ctx, ids, tick, use } = await stage(3);
    const { rotationId: older } = await rotateKeys(ctx, plan);
    const { rotationId: newer } = await rotateKeys(ctx, { reason: "at once" });
    expect(await detail(ctx, older)).toMatchObject({ superseded: 3, usedOnWire: 0 });
    await use(...ids);
    await tick();
    expect(await detail(ctx, newer)).toMatchObject({ state: "finished", usedOnWire: 3 });
    expect(await detail(ctx, older)).toMatchObject({ state: "finished", superseded: 3 });
  });

  test("another fleet's admin sees and steers nothing", async () => {
    const { ctx } = await stage(1);
    const { rotationId } = await rotateKeys(ctx, { reason: "ours" });
    const other = { ...ctx, ...makeContext(db.database, { fleetId: (await makeFleet(db.database)).id }) };
    for (const verb of [pauseRotation, resumeRotation, rollBackRotation])
      await expect(verb(other, { rotationId, reason: "x" })).rejects.toMatchObject({ code: "not_found" });
    await expect(getRotation(other, { rotationId })).rejects.toMatchObject({ code: "not_found" });
    await expect(listRotationDevices(other, { rotationId })).rejects.toMatchObject({ code: "not_found" });
    expect((await listRotations(other, {})).items).toEqual([]);
  });
});

describe("a person and the threshold", () => {
  test("halted when too many fail; resumed, it goes on in spite of these", async () => {
    const { ctx, clock, tick, use, waves } = await stage(5);
    const { rotationId } = await rotateKeys(ctx, { ...plan, canaryCount: 2 });
    const [canary = []] = await waves(rotationId);
    await use(canary[0] ?? "");
    clock.advance(301_000);
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({
      state: "halted",
      failed: 1,
      stateBy: "Sallyport",
      stateWhy: "1 of 2 devices failed, more than 30 %.",
    });
    expect((await listRotationDevices(ctx, { rotationId, outcome: "failed" })).items).toMatchObject([{ deviceId: canary[1], why: "stuck" }]);
    await tick();
    await resumeRotation(ctx, { rotationId, reason: "one old board" });
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "running", wave: 1, stateWhy: "one old board" });
    const actions = await db.database.prisma.auditEvent.findMany({ where: { objectId: rotationId }, orderBy: { id: "asc" } });
    expect(actions.map(({ action, actorName }) => [action, actorName])).toEqual([
      ["keys.rotated", ctx.actor.name],
      ["key_rotation.halted", "Sallyport"],
      ["key_rotation.running", ctx.actor.name],
      ["key_rotation.wave_begun", "Sallyport"],
    ]);
  });

  test("a halt is told to every enabled channel of the fleet, once", async () => {
    const { ctx, clock, tick } = await stage(1);
    const { prisma } = db.database;
    const secretWrapped = testSecrets().wrap(Buffer.from("whsec_AAAA"));
    const channel = (id: string, enabled: boolean) => ({ id, fleetId: ctx.fleetId, name: id, url: "https://example.com/hook", enabled, secretWrapped });
    await prisma.channel.createMany({ data: [channel("chn_pager", true), channel("chn_muted", false)] });
    const { rotationId } = await rotateKeys(ctx, { ...plan, reason: "yearly" });
    clock.advance(301_000);
    await tick();
    const step = { ...ctx, log: { warn() {}, error() {}, info() {} } as never };
    for (let again = 0; again < 2; again++) await drainOutbox(step, { "rotation.notify": queueRotationDeliveries(step) });
    const rotation = {
      id: rotationId,
      reason: "yearly",
      why: "1 of 1 devices failed, more than 30 %.",
      devices: 1,
      failed: 1,
      haltedAt: clock.now().toISOString(),
    };
    expect(await prisma.delivery.findMany({ where: { fleetId: ctx.fleetId }, select: { channelId: true, event: true, body: true } })).toMatchObject([
      { channelId: "chn_pager", event: "rotation.halted", body: { type: "rotation.halted", data: { fleet: { id: ctx.fleetId }, rotation } } },
    ]);
  });

  test("what does not open counts as failed at once", async () => {
    const { ctx, clock, ids, tick } = await stage(1);
    const { rotationId } = await rotateKeys(ctx, { reason: "x", abortPercent: 10 });
    clock.advance(1_000);
    const at = clock.now();
    const common = { fleetId: ctx.fleetId, subject: ids[0] ?? "", deviceId: ids[0] ?? null, topic: "t", detail: "", hour: at, firstAt: at, lastAt: at };
    await db.database.prisma.rejectedMessage.create({ data: { ...common, reason: "tampered", sample: Buffer.alloc(1), sizeBytes: 1 } });
    await tick();
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "halted", failed: 1 });
  });

  test("paused: no wave begins, no former key retires; resumed, both go on", async () => {
    const { ctx, clock, tick, use, waves, states } = await stage(3);
    const { rotationId } = await rotateKeys(ctx, { ...plan, overlapSeconds: 0, soakSeconds: 0 });
    const [[canary = ""] = []] = await waves(rotationId);
    await pauseRotation(ctx, { rotationId, reason: "lunch" });
    await use(canary);
    await tick();
    clock.advance(3_600_000);
    await tick();
    expect(await states(canary)).toEqual(["v1 grace", "v2 active"]);
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "paused", wave: 0, waitsFor: null });
    await resumeRotation(ctx, { rotationId, reason: "back" });
    await tick();
    expect(await states(canary)).toEqual(["v1 retired", "v2 active"]);
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "running", wave: 1 });
  });

  test("rolled back: the former key comes again as a newer version, what was not sent is withdrawn, and nothing is due because of it", async () => {
    const { ctx, clock, ids, tick, use, states } = await stage(3);
    const { rotationId } = await rotateKeys(ctx, { ...plan, canaryCount: 0, wavePercent: 60 });
    const [used = "", unsent = "", later = ""] = ids;
    await use(used);
    await tick();
    expect(await rollBackRotation(ctx, { rotationId, reason: "bad firmware" })).toMatchObject({ state: "rolled_back", restored: 1, withdrawn: 1, kept: 0 });
    const restored = await db.database.prisma.contentKey.findUniqueOrThrow({ where: { deviceId_version: { deviceId: used, version: 3 } } });
    expect(ctx.secrets.unwrap(restored.keyWrapped ?? new Uint8Array()).toString()).toBe(used);
    expect(restored.restores).toBe(1);
    expect([await states(unsent), await states(later)]).toEqual([["v1 active", "v2 retired"], ["v1 active"]]);
    await use(used);
    await tick();
    expect(await states(used)).toEqual(["v1 grace", "v2 grace", "v3 active"]);
    expect(await detail(ctx, rotationId)).toMatchObject({ state: "rolled_back", usedOnWire: 1, superseded: 2, canRollBack: false });
    // What it has sealed before still counts.
    await db.database.prisma.contentKey.update({ where: { deviceId_version: { deviceId: used, version: 1 } }, data: { messages: 99 } });
    await setRotationPolicy(ctx, { afterMessages: 100, canaryCount: 0 });
    clock.advance(1_000);
    await tick();
    expect((await listRotations(ctx, {})).items[0]).toMatchObject({ trigger: "messages", devices: 1 });
  });
});

describe("rotations that begin by themselves", () => {
  const newest = async (ctx: Parameters<typeof listRotations>[0]) => (await listRotations(ctx, {})).items;

  test("by calendar and by message count, once for all that are due; not while they wait, nor again when done", async () => {
    const { ctx, clock, ids, tick, use } = await stage(3);
    await setRotationPolicy(ctx, { everyDays: 30, afterMessages: 1_000, canaryCount: 0, wavePercent: 100 });
    await db.database.prisma.contentKey.update({ where: { deviceId_version: { deviceId: ids[0] ?? "", version: 1 } }, data: { messages: 1_000 } });
    await tick();
    expect(await newest(ctx)).toMatchObject([{ trigger: "messages", devices: 1, startedBy: "Rotation policy", reason: "A key has sealed 1,000 messages" }]);
    await tick();
    expect(await newest(ctx)).toHaveLength(1);
    await use(ids[0] ?? "");
    await tick();
    clock.advance(30 * 86_400_000);
    await tick();
    expect(await newest(ctx)).toMatchObject([
      { trigger: "calendar", devices: 3 },
      { trigger: "messages", state: "finished" },
    ]);
    await tick();
    expect(await newest(ctx)).toHaveLength(2);
  });

  test("several workers begin it once", async () => {
    const { ctx } = await stage(2);
    await setRotationPolicy(ctx, { afterMessages: 1 });
    await Promise.all(Array.from({ length: 5 }, () => startDueRotations(ctx)));
    expect(await newest(ctx)).toHaveLength(1);
  });

  test("suspected tamper, if the fleet wants it: that device, at once, and never back to the former key", async () => {
    const { ctx, clock, ids, tick } = await stage(2);
    clock.advance(1_000);
    const verdict = { fleetId: ctx.fleetId, since: clock.now(), suspected: true, suspectedAt: clock.now(), score: 9, evidence: [], judgedAt: clock.now() };
    await db.database.prisma.tamperVerdict.create({ data: { deviceId: ids[1] ?? "", ...verdict } });
    await tick();
    expect(await newest(ctx)).toEqual([]);
    await setRotationPolicy(ctx, { whenTamperSuspected: true });
    await tick();
    const [rotation] = await newest(ctx);
    expect(rotation).toMatchObject({ trigger: "tamper", devices: 1, overlapSeconds: 0 });
    await expect(rollBackRotation(ctx, { rotationId: rotation?.id ?? "", reason: "x" })).rejects.toMatchObject({ code: "conflict" });
  });

  test("a member who leaves: exactly the devices whose keys their browser had fetched", async () => {
    const { ctx, ids } = await stage(3);
    const user = await makeUser(db.database, { fleetId: ctx.fleetId, role: "operator" });
    const asUser = { ...ctx, actor: { kind: "user" as const, id: user.id, name: "Bo", roles: new Map([[ctx.fleetId, "operator" as const]]) } };
    await fetchOpeningKeys(asUser, { deviceId: ids[2] ?? "" });
    await removeMember(ctx, { userId: user.id });
    expect(await newest(ctx)).toMatchObject([{ trigger: "member_left", devices: 1, overlapSeconds: 0, reason: `${user.email} left` }]);
    expect(await db.database.prisma.contentKey.count({ where: { deviceId: ids[2] ?? "" } })).toBe(2);
  });

  test("a device that is retired: its keys open nothing any more, at once", async () => {
    const { ctx, ids, states } = await stage(1);
    await changeDevice(ctx, { deviceId: ids[0] ?? "", lifecycle: "retired" });
    expect(await states(ids[0] ?? "")).toEqual(["v1 destroyed"]);
  });
});
