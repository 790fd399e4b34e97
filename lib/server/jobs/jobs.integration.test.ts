import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import type { JobTarget } from "@/lib/domain/jobs/job-view";
import type { Role } from "@/lib/domain/members/permissions";
import type { Context } from "@/lib/server/context";
import { ensureSigningKey } from "@/lib/server/tokens";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile, makeSite, makeTokenRow } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { changeDevice } from "../devices/change-device";
import { getDecommission } from "../devices/decommission-device";
import { advanceJobs } from "./advance-jobs";
import { exportJob, listJobDevices } from "./list-job-devices";
import { previewJob } from "./preview-job";
import { getJob, listJobs } from "./read-jobs";
import { startJob } from "./start-job";
import { approveJob, cancelJob, rejectJob, undoJob } from "./steer-job";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
});
afterAll(() => db.close());

/** A fleet of its own with so many devices at one site, and somebody who acts in it. */
async function fleetOf(count: number, role: Role = "operator") {
  const { database } = db;
  const { id: fleetId } = await makeFleet(database);
  const profile = await makeProfile(database, fleetId);
  const site = await makeSite(database, fleetId, "Harbour");
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push((await makeDevice(database, fleetId, { profileId: profile.id, siteId: site.id, name: `pump ${n}` })).id);
  return { fleetId, ids: ids.sort(), profile, ctx: makeContext(database, { fleetId, role }) };
}

const worker = () => {
  const { secrets, env, clock } = makeContext(db.database, { fleetId: "" });
  return { database: db.database, secrets, env, clock, log: createLog("test", "silent") };
};
const work = async () => {
  while ((await advanceJobs(worker())) > 0);
};
async function begin(ctx: Context, action: JobAction, target: JobTarget, reason = "") {
  const { devices } = await previewJob(ctx, { action, target });
  return startJob(ctx, { action, target, expectedDevices: devices, reason });
}
const outcomes = async (ctx: Context, jobId: string) => (await getJob(ctx, { jobId })).counts;
const NONE = { queued: 0, done: 0, unchanged: 0, refused: 0, failed: 0, cancelled: 0 };
const siteOf = async (id: string) => (await db.database.prisma.device.findUniqueOrThrow({ where: { id }, include: { site: true } })).site?.name ?? null;
const tagsOf = async (id: string) =>
  Object.fromEntries((await db.database.prisma.tag.findMany({ where: { deviceId: id } })).map(({ key, value }) => [key, value]));

describe("a job", () => {
  test("counts first, meets exactly what was counted, does it once per device and audits each", async () => {
    const { ctx, ids, fleetId } = await fleetOf(4);
    const action = { kind: "set_tag", key: "line", value: "cold" } as const;
    await changeDevice(ctx, { deviceId: ids[0] ?? "", tags: { line: "cold" } });
    await changeDevice(ctx, { deviceId: ids[1] ?? "", tags: { line: "warm", other: "1" } });
    const target = { query: "site:Harbour" };
    expect(await previewJob(ctx, { action, target })).toEqual({ devices: 4, change: 3, unchanged: 1, refused: [], needsApproval: false });
    await expect(startJob(ctx, { action, target, expectedDevices: 3 })).rejects.toMatchObject({
      code: "conflict",
      message: "This would meet 4 devices now, not 3.",
    });
    const { jobId } = await begin(ctx, action, target, "moved the line");
    expect(await getJob(ctx, { jobId })).toMatchObject({ state: "running", devices: 4, own: true, canUndo: false, counts: { ...NONE, queued: 4 } });
    // Which devices is fixed: one that comes to match later is not met.
    const late = await makeDevice(db.database, fleetId, { siteId: (await db.database.prisma.site.findFirstOrThrow({ where: { fleetId } })).id });
    await work();
    expect(await getJob(ctx, { jobId })).toMatchObject({ state: "finished", finishedAt: expect.any(String), counts: { ...NONE, done: 3, unchanged: 1 } });
    for (const id of ids) expect(await tagsOf(id)).toMatchObject({ line: "cold" });
    expect(await tagsOf(ids[1] ?? "")).toEqual({ line: "cold", other: "1" });
    expect(await tagsOf(late.id)).toEqual({});
    const audit = await db.database.prisma.auditEvent.findMany({ where: { fleetId, action: "device.changed", via: "worker" } });
    expect(audit).toHaveLength(3);
    expect(audit.find(({ objectId }) => objectId === ids[1])).toMatchObject({
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      before: { tags: { line: "warm" } },
      after: { tags: { line: "cold" }, job: jobId },
    });
    expect((await listJobs(ctx, {})).items).toMatchObject([{ id: jobId, reason: "moved the line", target: { query: "site:Harbour" } }]);
  });

  test("is carried out once by several workers at once", async () => {
    const { ctx, ids, fleetId } = await fleetOf(12);
    const { jobId } = await begin(ctx, { kind: "suspend" }, { deviceIds: ids });
    await Promise.all([work(), work(), work()]);
    await work();
    expect(await outcomes(ctx, jobId)).toEqual({ ...NONE, done: 12 });
    expect(await db.database.prisma.auditEvent.count({ where: { fleetId, action: "device.changed" } })).toBe(12);
  });

  test("a worker that is killed in a portion has done none of it, and the next one goes on", async () => {
    const { ctx, ids } = await fleetOf(3);
    const { jobId } = await begin(ctx, { kind: "set_tag", key: "a", value: "1" }, { deviceIds: ids });
    const killed = { ...worker(), database: { ...db.database, prisma: dyingClient(db.database.prisma) } };
    await expect(advanceJobs(killed)).rejects.toThrow("killed");
    expect(await outcomes(ctx, jobId)).toEqual({ ...NONE, queued: 3 });
    expect(await tagsOf(ids[0] ?? "")).toEqual({});
    await work();
    expect(await outcomes(ctx, jobId)).toEqual({ ...NONE, done: 3 });
  });

  test("a device that cannot be done holds up nobody else, and says why", async () => {
    const { ctx, ids } = await fleetOf(3);
    const { jobId } = await begin(ctx, { kind: "move", site: "Quay" }, { deviceIds: ids });
    await db.database.pool.query("update job_device set after = 'site_gone' where job_id = $1 and device_id = $2", [jobId, ids[1]]);
    await work();
    expect(await outcomes(ctx, jobId)).toEqual({ ...NONE, done: 2, failed: 1 });
    expect((await listJobDevices(ctx, { jobId })).items.map(({ deviceId, outcome }) => [deviceId, outcome])).toEqual([
      [ids[1], "failed"],
      [ids[0], "done"],
      [ids[2], "done"],
    ]);
  });

  test("cancelled in the middle: what was done stays and can be put back, the rest is left", async () => {
    const { ctx, ids } = await fleetOf(9);
    const { jobId } = await begin(ctx, { kind: "suspend" }, { deviceIds: ids });
    await advanceJobs(worker());
    await cancelJob(ctx, { jobId });
    await work();
    expect(await getJob(ctx, { jobId })).toMatchObject({
      state: "cancelled",
      decidedBy: ctx.actor.name,
      canUndo: true,
      counts: { ...NONE, done: 5, cancelled: 4 },
    });
    await expect(cancelJob(ctx, { jobId })).rejects.toMatchObject({ code: "conflict" });
    const undo = await undoJob(ctx, { jobId });
    expect(undo.devices).toBe(5);
    await work();
    expect(await db.database.prisma.device.count({ where: { id: { in: ids }, lifecycle: "active" } })).toBe(9);
  });
});

describe("two at once", () => {
  test("what somebody changed since the job was made stays theirs, and is told", async () => {
    const { ctx, ids } = await fleetOf(2);
    const { jobId } = await begin(ctx, { kind: "move", site: "Quay" }, { deviceIds: ids });
    await changeDevice(ctx, { deviceId: ids[0] ?? "", site: "Roof" });
    await work();
    expect(await Promise.all(ids.map(siteOf))).toEqual(["Roof", "Quay"]);
    expect((await listJobDevices(ctx, { jobId, outcome: "open" })).items).toMatchObject([
      { deviceId: ids[0], outcome: "refused", why: "Somebody changed it since the job was made; their change stays.", before: "Harbour", after: "Quay" },
    ]);
  });

  test("undo puts back what was there, each its own, except where somebody has changed it since; and only once", async () => {
    const { ctx, ids } = await fleetOf(3);
    const [one = "", two = "", three = ""] = ids;
    await changeDevice(ctx, { deviceId: one, tags: { line: "old" } });
    const { jobId } = await begin(ctx, { kind: "set_tag", key: "line", value: "new" }, { deviceIds: ids });
    await work();
    await changeDevice(ctx, { deviceId: two, tags: { line: "mine" } });
    const undo = await undoJob(ctx, { jobId });
    await work();
    expect(await outcomes(ctx, undo.jobId)).toEqual({ ...NONE, done: 2, refused: 1 });
    expect(await Promise.all([one, two, three].map(tagsOf))).toEqual([{ line: "old" }, { line: "mine" }, {}]);
    expect(await getJob(ctx, { jobId })).toMatchObject({ canUndo: false, undoneBy: undo.jobId });
    await expect(undoJob(ctx, { jobId })).rejects.toMatchObject({ code: "conflict" });
  });
});

test.each<[JobAction, JobAction["kind"]]>([
  [{ kind: "remove_tag", key: "line" }, "remove_tag"],
  [{ kind: "set_profile", profile: "meter" }, "set_profile"],
  [{ kind: "move", site: null }, "move"],
])("%j, and back", async (action) => {
  const { ctx, ids, fleetId, profile } = await fleetOf(1);
  const [id = ""] = ids;
  await makeProfile(db.database, fleetId, { name: "meter" });
  await changeDevice(ctx, { deviceId: id, tags: { line: "a" } });
  const now = async () => [await tagsOf(id), await siteOf(id), (await db.database.prisma.device.findUniqueOrThrow({ where: { id } })).profileId];
  const before = await now();
  const { jobId } = await begin(ctx, action, { deviceIds: ids });
  await work();
  expect(await now()).not.toEqual(before);
  await undoJob(ctx, { jobId });
  await work();
  expect(await now()).toEqual([{ line: "a" }, "Harbour", profile.id]);
});

test("suspend takes tokens back; resume means suspended ones only", async () => {
  const { ctx, ids } = await fleetOf(2);
  const [one = "", two = ""] = ids;
  await makeTokenRow(db.database, { id: one, fleetId: ctx.fleetId });
  await begin(ctx, { kind: "suspend" }, { deviceIds: [one] });
  await work();
  expect(await db.database.prisma.accessToken.count({ where: { deviceId: one, revokedAt: null } })).toBe(0);
  await db.database.prisma.device.update({ where: { id: two }, data: { lifecycle: "pending" } });
  const { jobId } = await begin(ctx, { kind: "resume" }, { deviceIds: ids });
  await work();
  expect(await outcomes(ctx, jobId)).toEqual({ ...NONE, done: 1, refused: 1 });
});

test("acknowledge: every alert of these devices that fires, with a comment, by support staff too", async () => {
  const { ids, fleetId } = await fleetOf(2);
  const support = makeContext(db.database, { fleetId, role: "support" });
  const { id: ruleId } = await makeAlertRule(db.database, fleetId);
  const alert = { fleetId, ruleId, deviceId: ids[0] ?? "", state: "firing" as const, pendingAt: new Date(), firedAt: new Date() };
  await db.database.prisma.alert.create({ data: { ...alert, id: newId("alert") } });
  const { jobId } = await begin(support, { kind: "acknowledge", comment: "power cut" }, { deviceIds: ids });
  await work();
  expect(await outcomes(support, jobId)).toEqual({ ...NONE, done: 1, unchanged: 1 });
  expect(await db.database.prisma.alert.findFirst({ where: { fleetId } })).toMatchObject({
    acknowledgedBy: "Test support",
    comment: "power cut",
    state: "firing",
  });
  await expect(begin(support, { kind: "suspend" }, { deviceIds: ids })).rejects.toMatchObject({ code: "forbidden" });
  await expect(begin(support, { kind: "acknowledge", comment: "" }, { query: "metric.temperature>80" })).rejects.toMatchObject({ code: "forbidden" });
});

test("retiring many: each with its record; a second admin where the fleet asks for four eyes", async () => {
  const { fleetId, ids } = await fleetOf(11);
  const [ada, bo] = [makeContext(db.database, { fleetId }), makeContext(db.database, { fleetId })];
  await db.database.prisma.fleet.update({ where: { id: fleetId }, data: { tokenFourEyes: true } });
  const target = { query: "site:Harbour" };
  expect(await previewJob(ada, { action: { kind: "retire" }, target })).toMatchObject({ devices: 11, needsApproval: true });
  const { jobId, state } = await begin(ada, { kind: "retire" }, target, "sold");
  expect(state).toBe("waiting");
  await work();
  expect(await outcomes(ada, jobId)).toEqual({ ...NONE, queued: 11 });
  await expect(approveJob(ada, { jobId })).rejects.toMatchObject({ code: "forbidden" });
  await expect(approveJob(makeContext(db.database, { fleetId, role: "operator" }), { jobId })).rejects.toMatchObject({ code: "forbidden" });
  await approveJob(bo, { jobId });
  await work();
  expect(await outcomes(ada, jobId)).toEqual({ ...NONE, done: 11 });
  expect(await getDecommission(ada, { deviceId: ids[0] ?? "" })).toMatchObject({ jobId, reason: "sold", by: ada.actor.name });
  await expect(undoJob(ada, { jobId })).rejects.toMatchObject({ code: "conflict" });

  const again = await begin(ada, { kind: "retire" }, { query: "lifecycle:retired" });
  await rejectJob(bo, { jobId: again.jobId });
  expect(await getJob(ada, { jobId: again.jobId })).toMatchObject({ state: "rejected", counts: { ...NONE, cancelled: 11 } });
});

test("another fleet's devices and jobs are not there, and a viewer begins nothing", async () => {
  const [mine, theirs] = [await fleetOf(1), await fleetOf(1)];
  const action = { kind: "set_tag", key: "a", value: "1" } as const;
  await expect(begin(mine.ctx, action, { deviceIds: [...mine.ids, ...theirs.ids] })).rejects.toMatchObject({ code: "not_found" });
  expect(await previewJob(mine.ctx, { action, target: { query: "name:pump*" } })).toMatchObject({ devices: 1 });
  await expect(begin(mine.ctx, action, { query: "" })).rejects.toMatchObject({ code: "invalid_input" });
  const { jobId } = await begin(theirs.ctx, action, { deviceIds: theirs.ids });
  for (const verb of [getJob, listJobDevices, exportJob, cancelJob, undoJob])
    await expect(verb(mine.ctx, { jobId })).rejects.toMatchObject({ code: "not_found" });
  await expect(approveJob(makeContext(db.database, { fleetId: mine.fleetId }), { jobId })).rejects.toMatchObject({ code: "not_found" });
  expect((await listJobs(mine.ctx, {})).items).toEqual([]);
  const viewer = makeContext(db.database, { fleetId: theirs.fleetId, role: "viewer" });
  await expect(cancelJob(viewer, { jobId })).rejects.toMatchObject({ code: "forbidden" });
  await expect(begin(viewer, action, { deviceIds: theirs.ids })).rejects.toMatchObject({ code: "forbidden" });
  expect((await exportJob(viewer, { jobId })).text).toContain("queued");
});

/** Every transaction breaks off before its commit, as when the process is killed. */
function dyingClient(prisma: TestDatabase["database"]["prisma"]) {
  return new Proxy(prisma, {
    get(target, key) {
      if (key !== "$transaction") return Reflect.get(target, key);
      return (run: (tx: never) => Promise<unknown>) =>
        target.$transaction(async (tx) => {
          await run(tx as never);
          throw Object.assign(new Error("killed"), { code: "ECONNRESET" });
        });
    },
  });
}
