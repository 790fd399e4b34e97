import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createAgent } from "@/device/agent";
import { systemClock } from "@/lib/base/clock";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import { topics } from "@/lib/protocol/topics";
import { makeContext } from "@/lib/testing/context";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { makeAlertRule, makeClaim, makeCommand, makeDevice, makeEnrolment, makeFleet } from "@/lib/testing/factories";
import { openKeyRing } from "../encryption/key-ring";
import { fetchOpeningKeys } from "../encryption/opening-keys";
import { changeDevice } from "./change-device";
import { noteRetainedCleared } from "./decommission";
import { decommissionDevice, getDecommission } from "./decommission-device";

/** The product's own broker and worker, and a real agent that encrypts. */
let stage: EncryptionStage;
beforeAll(async () => {
  stage = await encryptionStage();
});
afterAll(() => stage?.close());

const keyRing = () => {
  const { url, database } = stage.db;
  const ring = openKeyRing({ url, database, secrets: stage.context.secrets, log: createLog("test", "silent") });
  onTestFinished(() => ring.close());
  return ring;
};

/** A connected device that has sent a sealed message; what went over the wire, and everything else that a device can have open. */
async function busyDevice() {
  const { prisma } = stage.db.database;
  const device = await stage.device("required");
  const { heard } = await stage.eavesdropper();
  const bufferDir = mkdtempSync(path.join(tmpdir(), "sp-decommission-"));
  const agent = createAgent({
    host: "127.0.0.1",
    port: stage.port,
    fleet: device.fleetId,
    device: device.id,
    token: device.token,
    bufferDir,
    encryption: "required",
  });
  onTestFinished(async () => {
    await agent.stop();
    rmSync(bufferDir, { recursive: true, force: true });
  });
  await eventually(() => expect(agent.status().keyVersion).toBe(1));
  await agent.report({ pressure: 7 });
  const topic = topics.up(device.fleetId, device.id, "telemetry");
  const sealed = await eventually(() => {
    const found = heard.find((message) => message.topic === topic);
    expect(found).toBeDefined();
    return found?.payload ?? Buffer.alloc(0);
  });
  await eventually(async () => expect(await prisma.presence.findUnique({ where: { deviceId: device.id } })).toMatchObject({ state: "online" }));
  const { id: ruleId } = await makeAlertRule(stage.db.database, device.fleetId, { enabled: true, kind: "threshold", metric: "pressure", comparison: "above" });
  await prisma.alert.create({
    data: { id: newId("alert"), fleetId: device.fleetId, ruleId, deviceId: device.id, state: "firing", pendingAt: new Date(), firedAt: new Date() },
  });
  await makeCommand(stage.db.database, device, { state: "waiting" });
  await prisma.investigation.create({ data: { id: newId("investigation"), fleetId: device.fleetId, deviceId: device.id, since: new Date() } });
  const claim = await makeClaim(stage.db.database, device.fleetId, { profileId: device.profileId });
  const [waiting, issued] = [await makeEnrolment(stage.db.database, claim), await makeEnrolment(stage.db.database, claim)];
  await prisma.deviceIdentity.create({
    data: { deviceId: device.id, fleetId: device.fleetId, thumbprint: waiting.thumbprint, publicJwk: {}, enrolledAt: new Date() },
  });
  await prisma.enrolment.update({ where: { id: issued.id }, data: { state: "issued", deviceId: device.id, answer: "sealed" } });
  return { ...device, topic, sealed, claimId: claim.id, waiting: waiting.id, issued: issued.id };
}

const retainedOf = async (deviceId: string) => {
  const { heard } = await stage.eavesdropper();
  const marker = `sp/v1/${stage.fleetId}/live/summary`;
  await eventually(() => expect(heard.map(({ topic }) => topic)).toContain(marker));
  return heard.filter(({ topic, payload }) => topic.includes(deviceId) && payload.length > 0).map(({ topic }) => topic);
};

test("retiring a device ends everything of it at once, says what it did, and does it once", async () => {
  const { prisma } = stage.db.database;
  const device = await busyDevice();
  expect(await retainedOf(device.id)).toEqual([topics.presence(device.fleetId, device.id)]);
  const [held, fresh] = [keyRing(), keyRing()];
  await Promise.all([held.loaded, fresh.loaded]);
  expect(held.open(device.id, device.topic, device.sealed)).toMatchObject({ ok: false, reason: "replayed_sequence" });

  const record = await decommissionDevice(stage.context, { deviceId: device.id, reason: "sold" });
  expect(record).toMatchObject({
    reason: "sold",
    tokens: 1,
    keysDestroyed: 1,
    enrolmentsClosed: 2,
    alertsEnded: 1,
    commandsCancelled: 1,
    investigationsClosed: 1,
    jobId: null,
  });

  const done = await eventually(async () => {
    const now = await getDecommission(stage.context, { deviceId: device.id });
    expect(now).toMatchObject({ sessions: { total: 1, cut: 1, open: 0 }, retainedClearedAt: expect.any(String) });
    return now;
  });
  // The broker cut it, has no retained message of it, and refuses it from now on.
  expect(await prisma.session.findFirst({ where: { deviceId: device.id }, orderBy: { number: "desc" } })).toMatchObject({ disconnectReason: "TOKEN_REVOKED" });
  await eventually(async () => expect(await prisma.revocation.findUnique({ where: { id: done.revocationId ?? "" } })).toMatchObject({ receiptVersion: 1 }));
  expect(await retainedOf(device.id)).toEqual([]);

  // Nothing of ours opens what was recorded of it: not a process that had the key, not one that starts now, not a member's browser.
  expect(await prisma.contentKey.findMany({ where: { deviceId: device.id } })).toMatchObject([{ state: "destroyed", keyWrapped: null, announcement: null }]);
  for (const ring of [held, fresh])
    await eventually(() => expect(ring.open(device.id, device.topic, device.sealed)).toMatchObject({ ok: false, reason: "retired_key" }));
  expect(await fetchOpeningKeys(stage.context, { deviceId: device.id })).toEqual({ keys: [] });

  expect(await prisma.enrolment.findUnique({ where: { id: device.waiting } })).toMatchObject({ state: "denied", answer: null });
  expect(await prisma.enrolment.findUnique({ where: { id: device.issued } })).toMatchObject({ state: "issued", answer: null });
  expect(await prisma.claim.findUnique({ where: { id: device.claimId } })).toMatchObject({ used: 1 });
  expect(await prisma.alert.findFirst({ where: { deviceId: device.id } })).toMatchObject({ state: "resolved", resolvedAt: expect.any(Date) });
  expect(await prisma.investigation.findFirst({ where: { deviceId: device.id } })).toMatchObject({ closedReason: "Device retired" });
  expect(await prisma.command.findFirst({ where: { deviceId: device.id } })).toMatchObject({ state: "cancelled", endedAt: expect.any(Date) });
  // History stays.
  const { rows } = await stage.db.database.pool.query("select value from measurement where device_id = $1", [device.id]);
  expect(rows).toEqual([{ value: 7 }]);
  expect(await prisma.presenceChange.count({ where: { deviceId: device.id } })).toBeGreaterThan(0);

  expect(await decommissionDevice(stage.context, { deviceId: device.id, reason: "again" })).toEqual(done);
  await changeDevice(stage.context, { deviceId: device.id, lifecycle: "retired" });
  expect(await prisma.auditEvent.findMany({ where: { objectId: device.id, action: { startsWith: "device." } } })).toMatchObject([
    {
      action: "device.decommissioned",
      before: { lifecycle: "active" },
      after: { lifecycle: "retired", reason: "sold", tokens: 1, keysDestroyed: 1, alertsEnded: 1 },
    },
  ]);
});

test("a worker that dies after the commit loses nothing: what is left is asked for again, and noted once", async () => {
  const { prisma } = stage.db.database;
  const { id } = await makeDevice(stage.db.database, stage.fleetId);
  const ctx = makeContext(stage.db.database, { fleetId: stage.fleetId });
  await decommissionDevice(ctx, { deviceId: id });
  const cleared = async () => (await getDecommission(ctx, { deviceId: id })).retainedClearedAt;
  await eventually(async () => expect(await cleared()).not.toBeNull());
  const first = await cleared();
  // As if it had died between the publish and the mark: the row is claimed again.
  await prisma.outbox.updateMany({ where: { kind: "device.clear_retained", doneAt: { not: null } }, data: { doneAt: null } });
  await eventually(async () => expect(await prisma.outbox.count({ where: { kind: "device.clear_retained", doneAt: null } })).toBe(0));
  await noteRetainedCleared({ database: stage.db.database, clock: systemClock }, [id]);
  expect(await cleared()).toBe(first);
});

test("a device of another fleet is not there, and only who may change devices retires one", async () => {
  const other = await makeFleet(stage.db.database);
  const foreign = await makeDevice(stage.db.database, other.id);
  await expect(decommissionDevice(stage.context, { deviceId: foreign.id })).rejects.toMatchObject({ code: "not_found" });
  await decommissionDevice(makeContext(stage.db.database, { fleetId: other.id }), { deviceId: foreign.id });
  await expect(getDecommission(stage.context, { deviceId: foreign.id })).rejects.toMatchObject({ code: "not_found" });
  const own = await makeDevice(stage.db.database, stage.fleetId);
  for (const role of ["support", "viewer"] as const)
    await expect(decommissionDevice(makeContext(stage.db.database, { fleetId: stage.fleetId, role }), { deviceId: own.id })).rejects.toMatchObject({
      code: "forbidden",
    });
});
