import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureSigningKey, grantManyDeviceTokens } from "@/lib/server/tokens";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeSite } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { addManyDevices } from "./add-many";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
});
afterAll(() => db.close());

async function fleet() {
  const { id } = await makeFleet(db.database);
  await makeProfile(db.database, id, { name: "pump" });
  return { fleetId: id, ctx: makeContext(db.database, { fleetId: id }) };
}

const batch = (count: number) => ({
  devices: Array.from({ length: count }, (_, index) => ({ name: `pump-${index}`, site: "North", profile: "pump", tags: { feeder: "a" } })),
});

test("many devices with presence, site and tags; one audit row; again nothing is added", async () => {
  const { fleetId, ctx } = await fleet();
  expect(await addManyDevices(ctx, batch(300))).toEqual({ added: 300 });
  expect(await addManyDevices(ctx, batch(301))).toEqual({ added: 1 });
  expect(await addManyDevices(ctx, { devices: [] })).toEqual({ added: 0 });
  const { prisma } = db.database;
  const devices = await prisma.device.findMany({ where: { fleetId }, include: { presence: true, site: true, tags: true } });
  expect(devices).toHaveLength(301);
  for (const { presence, site, tags } of devices) {
    expect(presence).toMatchObject({ fleetId, state: "never_seen" });
    expect(site).toMatchObject({ fleetId, name: "North" });
    expect(tags).toMatchObject([{ key: "feeder", value: "a" }]);
  }
  expect(await prisma.auditEvent.count({ where: { fleetId, action: "device.added_many" } })).toBe(2);
});

test("a name, site or profile of another fleet is none of this one", async () => {
  const [own, other] = [await fleet(), await fleet()];
  await makeDevice(db.database, other.fleetId, { name: "pump-0" });
  const foreign = await makeSite(db.database, other.fleetId, "North");
  expect(await addManyDevices(own.ctx, batch(1))).toEqual({ added: 1 });
  expect(await db.database.prisma.device.count({ where: { siteId: foreign.id } })).toBe(0);
  await makeProfile(db.database, other.fleetId, { name: "valve" });
  await expect(addManyDevices(own.ctx, { devices: [{ name: "v", profile: "valve" }] })).rejects.toMatchObject({ code: "not_found" });
});

test("only who may write devices", async () => {
  const { fleetId } = await fleet();
  for (const role of ["viewer", "support"] as const)
    await expect(addManyDevices(makeContext(db.database, { fleetId, role }), batch(1))).rejects.toMatchObject({ code: "forbidden" });
  await expect(addManyDevices(makeContext(db.database, { fleetId, role: "none" }), batch(1))).rejects.toMatchObject({ code: "not_found" });
});

test("many tokens: all or none, own fleet only, admins only", async () => {
  const [own, other] = [await fleet(), await fleet()];
  const { prisma } = db.database;
  const mine = [await makeDevice(db.database, own.fleetId), await makeDevice(db.database, own.fleetId)].map(({ id }) => id);
  const foreign = await makeDevice(db.database, other.fleetId);
  const retired = await makeDevice(db.database, own.fleetId, { lifecycle: "retired" });
  const granted = await grantManyDeviceTokens(own.ctx, { deviceIds: mine, ttlDays: 30, label: "batch" });
  expect([...granted.keys()]).toEqual(mine);
  expect(await prisma.accessToken.count({ where: { fleetId: own.fleetId, label: "batch", deviceId: { in: mine } } })).toBe(2);
  for (const bad of [foreign.id, retired.id, "dev_0000000000000000"])
    await expect(grantManyDeviceTokens(own.ctx, { deviceIds: [...mine, bad] })).rejects.toMatchObject({ code: "not_found" });
  expect(await prisma.accessToken.count({ where: { fleetId: own.fleetId } })).toBe(2);
  const operator = makeContext(db.database, { fleetId: own.fleetId, role: "operator" });
  await expect(grantManyDeviceTokens(operator, { deviceIds: mine })).rejects.toMatchObject({ code: "forbidden" });
});
