import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readStoredClaim, writeStoredClaim } from "@/device/agent/claim/claim-store";
import { runClaim } from "@/device/agent/claim/run-claim";
import { createAgent } from "@/device/agent/index";
import { CLAIM_REFUSALS, type ClaimRefusal } from "@/lib/protocol/claim";
import { type ClaimStage, claimStage } from "@/lib/testing/claim-stage";
import { makeContext } from "@/lib/testing/context";
import { eventually } from "@/lib/testing/eventually";
import { makeFleet, makeProfile } from "@/lib/testing/factories";
import { changeDevice } from "../devices/change-device";
import { createClaim } from "./create-claim";
import { approveEnrolment, denyEnrolment } from "./decide-enrolment";
import { listEnrolments } from "./list-enrolments";
import { getClaim, listClaims, lookUpClaim } from "./read-claims";
import { revokeClaim } from "./revoke-claim";

let stage: ClaimStage;
beforeAll(async () => {
  stage = await claimStage();
});
afterAll(() => stage.close());

const silent = { info() {}, warn() {}, error() {} };
type Run = Parameters<typeof runClaim>[0];

const claimWith = (code: string, options: Partial<Run> = {}) =>
  runClaim({ host: "127.0.0.1", port: stage.port, code, folder: stage.folder(), log: silent, ...options });
const refusedAs = async (code: ClaimRefusal, running: Promise<unknown>) =>
  expect(await running.catch((error: unknown) => error)).toMatchObject({ code: "forbidden", message: `${CLAIM_REFUSALS[code]} (${code})` });

/** What the platform has of a device that was let in: each exactly once. */
async function recordsOf(deviceId: string) {
  const { prisma } = stage.db.database;
  return {
    tokens: await prisma.accessToken.count({ where: { deviceId, revokedAt: null } }),
    keys: await prisma.contentKey.findMany({ where: { deviceId, state: { not: "retired" } }, select: { version: true, receivedAt: true } }),
    identities: await prisma.deviceIdentity.count({ where: { deviceId } }),
    enrolments: (await prisma.enrolment.findMany({ where: { deviceId }, select: { state: true } })).map(({ state }) => state),
  };
}

test("a claim code is all that a device needs: identity, token and content key, and its first point is sealed", async () => {
  const { raw, claim } = await stage.claim({ name: "Pump 7", site: "Harbour" });
  const folder = stage.folder();
  const claimed = await claimWith(raw, { folder });
  const { device, fleet, token, name } = claimed.given;
  expect({ fleet, name }).toEqual({ fleet: stage.fleetId, name: "Pump 7" });
  expect(await recordsOf(device)).toEqual({ tokens: 1, keys: [{ version: 1, receivedAt: expect.any(Date) }], identities: 1, enrolments: ["stored"] });
  expect(await getClaim(stage.context, { claimId: claim.id })).toMatchObject({
    state: "used_up",
    used: 1,
    stored: 1,
    site: "Harbour",
    refused: [],
    funnel: { made: 1, seen: 1, configured: 1, healthy: 0, stuckDevices: [] },
  });
  const later = { ...stage.context, clock: { now: () => new Date(Date.now() + 3_600_000) } };
  const stuck = [{ id: device, name: "Pump 7", at: "first_report" }];
  expect(await getClaim(later, { claimId: claim.id })).toMatchObject({ funnel: { stuck: { first_report: 1 }, stuckDevices: stuck } });

  const agent = createAgent({ host: "127.0.0.1", port: stage.port, fleet, device, token, bufferDir: folder, encryption: "required" });
  onTestFinished(() => agent.stop());
  const { client, heard } = await stage.eavesdropper();
  onTestFinished(() => void client.end(true));
  await agent.report({ temperature: 21.4 });
  await eventually(async () =>
    expect(await stage.db.database.prisma.latestMeasurement.findMany({ where: { deviceId: device } })).toMatchObject([{ value: 21.4 }]),
  );
  await eventually(async () => expect(await getClaim(later, { claimId: claim.id })).toMatchObject({ funnel: { healthy: 1, stuckDevices: [] } }));
  await eventually(() =>
    expect(heard.filter(({ topic }) => topic.endsWith("/up/telemetry")).map(({ payload }) => payload.toString())).toEqual([expect.stringMatching(/^ey/)]),
  );
});

test("done once, it is done: the same code again changes nothing, and neither does one that is lost on the way", async () => {
  const { raw } = await stage.claim();
  const folder = stage.folder();
  const first = await claimWith(raw, { folder });
  expect(await claimWith(raw, { folder })).toEqual(first);
  // The power went before the platform's last word was stored, and before the token was.
  writeStoredClaim(folder, { ...first, done: false });
  expect(await claimWith(raw, { folder })).toEqual(first);
  const { given: _, ...without } = first;
  writeStoredClaim(folder, { ...without, done: false });
  const again = await claimWith(raw, { folder });
  expect(again.given.device).toBe(first.given.device);
  expect(again.given.tokenId).not.toBe(first.given.tokenId);
  expect(await recordsOf(first.given.device)).toMatchObject({ tokens: 1, keys: [{ version: 1 }], identities: 1, enrolments: ["stored"] });
});

test("every refusal has its own code, on the device and in the console", async () => {
  const { prisma } = stage.db.database;
  const lapse = (id: string) => prisma.claim.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1_000) } });

  const expired = await stage.claim();
  await lapse(expired.claim.id);
  await refusedAs("expired", claimWith(expired.raw, { serial: "SN-1" }));
  expect((await getClaim(stage.context, { claimId: expired.claim.id })).refused).toMatchObject([
    { code: "expired", message: CLAIM_REFUSALS.expired, serial: "SN-1", count: 1, fingerprint: expect.stringMatching(/^(\S{4} ){5}\S{4}$/) },
  ]);

  const revoked = await stage.claim();
  expect(await revokeClaim(stage.context, { claimId: revoked.claim.id })).toEqual({ claimId: revoked.claim.id, revoked: true });
  expect(await revokeClaim(stage.context, { claimId: revoked.claim.id })).toMatchObject({ revoked: false });
  await refusedAs("revoked", claimWith(revoked.raw));

  const single = await stage.claim();
  await claimWith(single.raw);
  await refusedAs("already_claimed", claimWith(single.raw));

  const counted = await stage.claim({ uses: 2 });
  await Promise.all([claimWith(counted.raw), claimWith(counted.raw)]);
  await refusedAs("used_up", claimWith(counted.raw));

  const listed = await stage.claim({ uses: 5, serials: ["A-1"] });
  await refusedAs("serial_missing", claimWith(listed.raw));
  await refusedAs("serial_not_allowed", claimWith(listed.raw, { serial: "A-2" }));
  expect((await claimWith(listed.raw, { serial: "A-1" })).given.name).toBe("A-1");

  await refusedAs("wrong_fleet", claimWith((await stage.claim()).raw, { fleet: "flt_other" }));
  expect(await claimWith("0000000000000000").catch((error: unknown) => error)).toMatchObject({ message: "This broker does not know this claim code." });
});

test("a device of another fleet, a suspended and a retired one are told so, and come in by none", async () => {
  const folder = stage.folder();
  const first = await claimWith((await stage.claim()).raw, { folder });
  const other = await makeFleet(stage.db.database);
  await makeProfile(stage.db.database, other.id);
  const { code } = await createClaim(
    { ...stage.context, ...makeContext(stage.db.database, { fleetId: other.id }), secrets: stage.context.secrets },
    { name: "elsewhere" },
  );
  await refusedAs("wrong_fleet", claimWith(code.replaceAll("-", ""), { folder }));
  for (const lifecycle of ["suspended", "retired"] as const) {
    await changeDevice(stage.context, { deviceId: first.given.device, lifecycle });
    await refusedAs(lifecycle, claimWith((await stage.claim()).raw, { folder }));
  }
});

async function waitingOf(claimId: string) {
  return eventually(async () => {
    const { items } = await listEnrolments(stage.context, { claimId, state: "waiting" });
    expect(items).toHaveLength(1);
    return items[0] ?? expect.fail();
  });
}

test("who has to be agreed to waits, with the fingerprint that the device shows, and gets nothing before", async () => {
  const { raw, claim } = await stage.claim({ approval: "ask" });
  const said: string[] = [];
  const running = claimWith(raw, { log: { ...silent, info: (...words: unknown[]) => void said.push(String(words.at(-1))) } });
  const enrolment = await waitingOf(claim.id);
  expect(enrolment).toMatchObject({ kind: "first", device: null });
  await eventually(() => expect(said.join("\n")).toContain(`agree in the console; fingerprint ${enrolment.fingerprint}`));
  expect(await approveEnrolment(stage.context, { enrolmentId: enrolment.id })).toMatchObject({ state: "approved" });
  const { given } = await running;
  expect(await recordsOf(given.device)).toMatchObject({ tokens: 1, enrolments: ["stored"] });
  expect(await approveEnrolment(stage.context, { enrolmentId: enrolment.id }).catch((error: unknown) => error)).toMatchObject({ code: "conflict" });
});

test("a denied device hears it, gives its use back, and may be let in after all", async () => {
  const { raw, claim } = await stage.claim({ approval: "listed", serials: ["B-1"], uses: 2 });
  const folder = stage.folder();
  await claimWith(raw, { serial: "B-1" });
  const running = claimWith(raw, { serial: "B-2", folder });
  const { id } = await waitingOf(claim.id);
  const denied = refusedAs("denied", running);
  await denyEnrolment(stage.context, { enrolmentId: id });
  await denied;
  expect(await getClaim(stage.context, { claimId: claim.id })).toMatchObject({ used: 1, state: "open" });
  await approveEnrolment(stage.context, { enrolmentId: id });
  await claimWith(raw, { serial: "B-2", folder });
  expect(await getClaim(stage.context, { claimId: claim.id })).toMatchObject({ used: 2, stored: 2 });
});

test("after a factory reset the same serial number with a new key waits for a person, and is the same device then", async () => {
  const before = await claimWith((await stage.claim()).raw, { serial: "C-1" });
  const { raw, claim } = await stage.claim();
  const running = claimWith(raw, { serial: "C-1" });
  const enrolment = await waitingOf(claim.id);
  expect(enrolment.kind).toBe("replace");
  await approveEnrolment(stage.context, { enrolmentId: enrolment.id });
  const after = await running;
  expect(after.given).toMatchObject({ device: before.given.device, name: before.given.name });
  expect(await recordsOf(after.given.device)).toMatchObject({ tokens: 1, keys: [{ version: 2 }], identities: 1 });
});

test("a device that kept its key and lost its token comes back by any open code of its fleet, without a person", async () => {
  const folder = stage.folder();
  const first = await claimWith((await stage.claim()).raw, { folder });
  const second = await claimWith((await stage.claim()).raw, { folder });
  expect(second.given.device).toBe(first.given.device);
  expect(await recordsOf(first.given.device)).toMatchObject({ tokens: 1, keys: [{ version: 1 }], identities: 1, enrolments: ["stored", "stored"] });
  // Its key-agreement key is another one by now: what was sealed to the old one is of no use to anybody.
  rmSync(path.join(folder, "keys.json"));
  await claimWith((await stage.claim()).raw, { folder });
  expect(await recordsOf(first.given.device)).toMatchObject({ tokens: 1, keys: [{ version: 2 }] });
  expect(readStoredClaim(folder)).toMatchObject({ done: true });
});

test("200 devices with one single-use code: one is let in", { timeout: 60_000 }, async () => {
  const { raw, claim } = await stage.claim();
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => claimWith(raw)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await getClaim(stage.context, { claimId: claim.id })).toMatchObject({ used: 1, stored: 1 });
  expect(await stage.db.database.prisma.enrolment.count({ where: { claimId: claim.id } })).toBe(1);
});

test("another fleet sees, finds, revokes and decides nothing of it", async () => {
  const { raw, claim } = await stage.claim({ approval: "ask" });
  const running = claimWith(raw).catch(() => {});
  const { id: enrolmentId } = await waitingOf(claim.id);
  const other = makeContext(stage.db.database, { fleetId: (await makeFleet(stage.db.database)).id });
  const claimId = claim.id;
  expect(await listClaims(other, {})).toMatchObject({ items: [], total: 0 });
  expect(await listEnrolments(other, { claimId })).toMatchObject({ items: [], total: 0 });
  for (const attempt of [
    () => getClaim(other, { claimId }),
    () => revokeClaim(other, { claimId }),
    () => lookUpClaim(other, { code: raw }),
    () => approveEnrolment(other, { enrolmentId }),
    () => denyEnrolment(other, { enrolmentId }),
  ])
    expect(await attempt().catch((error: unknown) => error)).toMatchObject({ code: "not_found" });
  expect(await lookUpClaim(stage.context, { code: raw.toLowerCase() })).toMatchObject({ claimId });
  await denyEnrolment(stage.context, { enrolmentId });
  await running;
});
