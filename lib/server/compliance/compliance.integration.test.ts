import { PDFDocument } from "@cantoo/pdf-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeRefusal, makeTokenRow } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { getCompliance } from "./get-compliance";
import { verifyPack } from "./verify-pack";

let db: TestDatabase;
let sessions = 0n;
const clock = fakeClock("2026-11-28T12:00:00.000Z");
const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);

beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
});
afterAll(() => db.close());

const of = (fleetId: string) => makeContext(db.database, { fleetId, clock, role: "viewer" });

/** Three devices: a good one, one that listens and connects in the open, one that was never there; and a retired one that still gets in. */
async function stage(): Promise<string> {
  const { prisma } = db.database;
  const fleetId = (await makeFleet(db.database, "Nord–Süd 水")).id;
  const profile = await makeProfile(db.database, fleetId);
  const strict = await makeProfile(db.database, fleetId);
  await prisma.profile.update({ where: { id: strict.id }, data: { encryption: "required" } });
  const good = await makeDevice(db.database, fleetId, { profileId: strict.id, firmware: "1.0" });
  const bad = await makeDevice(db.database, fleetId, { profileId: profile.id });
  await makeDevice(db.database, fleetId, { profileId: profile.id });
  const retired = await makeDevice(db.database, fleetId, { profileId: profile.id, lifecycle: "retired" });
  const report = { listeningTcp: 0, listeningUdp: 0, report: {} };
  await prisma.postureReport.create({ data: { ...report, deviceId: good.id, receivedAt: ago(1), inbound: 0 } });
  await prisma.postureReport.create({ data: { ...report, deviceId: bad.id, receivedAt: ago(1), inbound: 1, listenedAt: ago(1) } });
  const finding = { fleetId, deviceId: bad.id, kind: "listener", what: "tcp/23", verdict: "violation", evidence: "telnet", since: ago(1), lastAt: ago(1) };
  await prisma.postureFinding.create({ data: finding });
  const run = await prisma.brokerRun.create({ data: { node: "embedded" } });
  const session = {
    brokerRunId: run.id,
    fleetId,
    subjectKind: "device" as const,
    clientId: "c",
    tokenId: "t",
    address: "192.0.2.1",
    keepAliveSeconds: 60,
    connectedAt: ago(2),
  };
  await prisma.session.create({ data: { ...session, number: ++sessions, subject: good.id, deviceId: good.id, transport: "tcp" } });
  await prisma.session.create({ data: { ...session, number: ++sessions, subject: good.id, deviceId: good.id, transport: "tls" } });
  await prisma.session.create({ data: { ...session, number: ++sessions, subject: bad.id, deviceId: bad.id, transport: "tcp" } });
  for (const device of [good, bad, retired]) await makeTokenRow(db.database, device, { expiresAt: ago(-240) });
  await makeRefusal(db.database, bad, { reason: "second_holder", lastAt: ago(3) });
  await prisma.deviceState.create({ data: { deviceId: good.id, fleetId, status: "in_sync", statusSince: ago(1) } });
  await prisma.contentKey.create({ data: { deviceId: good.id, version: 1, fleetId, state: "active", createdAt: ago(48) } });
  await prisma.deviceKey.create({ data: { deviceId: good.id, fleetId, thumbprint: newId("device"), publicJwk: {}, pinnedAt: ago(48) } });
  return fleetId;
}

test("the figures are those of this fleet and of nobody else's, and each counts once", async () => {
  const fleetId = await stage();
  await stage();
  const { pack } = await getCompliance(of(fleetId), {});
  expect(pack.facts).toMatchObject({
    devices: 3,
    proved: 1,
    listening: 1,
    reported: 2,
    quiet: 1,
    violating: 1,
    firmwareKnown: 1,
    configured: 1,
    inSync: 1,
    overTls: 1,
    overPlain: 1,
    encryptionRequired: 1,
    confidential: 1,
    contentKeys: 1,
    pinnedKeys: 1,
    oldestKeyDays: 2,
    liveTokens: 2,
    withoutToken: 1,
    longestTokenDays: 10,
    tokenLimitDays: 365,
    shared: 1,
    retired: 1,
    retiredWithAccess: 1,
  });
  const state = (number: string) => pack.provisions.find((one) => one.number === number)?.state;
  expect(["5.1-1", "5.5-1", "5.5-8", "5.6-1", "5.3-2"].map(state)).toEqual(["partly", "partly", "partly", "partly", "not_covered"]);

  const empty = await getCompliance(of((await makeFleet(db.database)).id), {});
  expect(empty.pack.facts).toMatchObject({ devices: 0, liveTokens: 0, oldestKeyDays: null, longestTokenDays: null });
});

test("the pack is signed, and its paper carries the signed one; a changed one is no pack of ours", async () => {
  const fleetId = await stage();
  const { jws, file } = await getCompliance(of(fleetId), { format: "pdf" });
  const document = await PDFDocument.load(file as Uint8Array);
  expect(document.getTitle()).toBe("Compliance evidence, Nord–Süd 水, 2026-11-28");
  expect(document.getPageCount()).toBeGreaterThan(3);
  const [attached] = document.getAttachments();
  expect(attached?.name).toBe("compliance.jws");
  expect(Buffer.from(attached?.data ?? []).toString()).toBe(jws);
  expect((await verifyPack(db.database, jws)).pack.fleet.id).toBe(fleetId);
  const [head = "", body = "", signature = ""] = jws.split(".");
  const better = Buffer.from(Buffer.from(body, "base64url").toString().replace('"proved":1', '"proved":3')).toString("base64url");
  await expect(verifyPack(db.database, `${head}.${better}.${signature}`)).rejects.toThrow("it was changed");
});
