import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "@/lib/domain/members/permissions";
import { ensureSigningKey } from "@/lib/server/tokens";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile, makeTokenRow } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { addDevice } from "./add-device";
import { changeDevice } from "./change-device";
import { getDevice } from "./get-device";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
const as = (role: Role = "operator", fleet = fleetId) =>
  makeContext(db.database, { fleetId: fleet, role, env: { MQTT_PUBLIC_HOST: "mqtt.example", MQTT_PORT: 1884 } });
const lastAudit = (objectId: string) => db.database.prisma.auditEvent.findFirst({ where: { objectId }, orderBy: { id: "desc" } });

beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
  await makeProfile(db.database, fleetId, { name: "default", reportingIntervalSeconds: 30 });
  await makeProfile(db.database, fleetId, { name: "meter", reportingIntervalSeconds: 900 });
});
afterAll(() => db.close());

test("adding answers what is needed to connect, once, and says so in the audit log", async () => {
  const added = await addDevice(as(), { name: "Pump 1", site: "Harbour", tags: { line: "a" } });
  expect(added).toMatchObject({
    name: "Pump 1",
    fleetId,
    username: added.deviceId,
    host: "mqtt.example",
    port: 1884,
    tlsPort: 8883,
    telemetryTopic: `sp/v1/${fleetId}/${added.deviceId}/up/telemetry`,
  });
  expect(added.token.split(".")).toHaveLength(3);
  const device = await getDevice(as("viewer"), { deviceId: added.deviceId });
  expect(device).toMatchObject({
    name: "Pump 1",
    lifecycle: "active",
    site: { name: "Harbour" },
    profile: { name: "default", reportingIntervalSeconds: 30 },
    tags: [{ key: "line", value: "a" }],
    presence: { state: "never_seen", cause: "never_connected", lastSeenAt: null },
    session: null,
    posture: null,
    proof: "no_report",
    latest: [],
    rejectedLastDay: 0,
  });
  expect(JSON.stringify(await db.database.prisma.auditEvent.findMany({ select: { after: true } }))).not.toContain(added.token);
  expect(await lastAudit(added.deviceId)).toMatchObject({ action: "device.added", via: "browser", after: { name: "Pump 1", site: "Harbour" } });
});

test("a site is reused by name, a profile must be there", async () => {
  const [a, b] = [await addDevice(as(), { name: "Site a", site: "Quay" }), await addDevice(as(), { name: "Site b", site: "Quay", profile: "meter" })];
  const [one, two] = [await getDevice(as(), { deviceId: a.deviceId }), await getDevice(as(), { deviceId: b.deviceId })];
  expect(one.site?.id).toBe(two.site?.id);
  expect(two.profile.name).toBe("meter");
  await expect(addDevice(as(), { name: "Site c", profile: "nothing" })).rejects.toMatchObject({ code: "not_found" });
});

test("of many who add the same name at once, exactly one does", async () => {
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => addDevice(as(), { name: "Race", site: "New site" })));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const tried of tries) if (tried.status === "rejected") expect(tried.reason).toMatchObject({ code: "conflict" });
  expect(await db.database.prisma.site.count({ where: { fleetId, name: "New site" } })).toBe(1);
});

test("a change keeps what is left out, and tells before and after", async () => {
  const { deviceId } = await addDevice(as(), { name: "Change me", site: "Harbour", tags: { a: "1" } });
  await changeDevice(as(), { deviceId, note: "north wall" });
  expect(await getDevice(as(), { deviceId })).toMatchObject({
    name: "Change me",
    note: "north wall",
    site: { name: "Harbour" },
    tags: [{ key: "a", value: "1" }],
  });
  await changeDevice(as(), { deviceId, name: "Changed", site: null, tags: { b: "2" }, profile: "meter" });
  expect(await getDevice(as(), { deviceId })).toMatchObject({ name: "Changed", site: null, tags: [{ key: "b", value: "2" }], profile: { name: "meter" } });
  expect(await lastAudit(deviceId)).toMatchObject({
    action: "device.changed",
    before: { name: "Change me", site: "Harbour", tags: { a: "1" }, profile: "default" },
    after: { name: "Changed", site: null, tags: { b: "2" }, profile: "meter" },
  });
  await expect(changeDevice(as(), { deviceId, name: "Pump 1" })).rejects.toMatchObject({ code: "conflict" });
});

test.each(["suspended", "retired"] as const)("a device that is %s loses every token", async (lifecycle) => {
  const { deviceId, tokenId } = await addDevice(as(), { name: `To be ${lifecycle}` });
  const second = await makeTokenRow(db.database, { id: deviceId, fleetId });
  expect(await changeDevice(as(), { deviceId, lifecycle })).toEqual({ device: { id: deviceId, lifecycle }, revokedTokens: 2 });
  const tokens = await db.database.prisma.accessToken.findMany({ where: { id: { in: [tokenId, second.id] } } });
  for (const token of tokens) expect(token).toMatchObject({ revokedAt: expect.any(Date), revokedReason: `device ${lifecycle}` });
  expect(await changeDevice(as(), { deviceId, lifecycle })).toMatchObject({ revokedTokens: 0 });
});

test("a retired device's retained presence is cleared", async () => {
  const { deviceId } = await addDevice(as(), { name: "Gone" });
  await changeDevice(as(), { deviceId, lifecycle: "retired" });
  expect(await db.database.prisma.outbox.findMany({ where: { kind: "device.clear_retained" }, select: { payload: true } })).toContainEqual({
    payload: { deviceIds: [deviceId] },
  });
});

test("support staff see that a device measures, not what", async () => {
  const device = await makeDevice(db.database, fleetId);
  await db.database.prisma.latestMeasurement.create({ data: { deviceId: device.id, metric: "temperature", time: new Date(), value: 21.5, unit: "Cel" } });
  expect((await getDevice(as("viewer"), { deviceId: device.id })).latest).toMatchObject([{ metric: "temperature", value: 21.5 }]);
  expect((await getDevice(as("support"), { deviceId: device.id })).latest).toEqual([]);
});

test("a device of another fleet answers like one that does not exist", async () => {
  const foreign = await makeDevice(db.database, otherFleetId);
  for (const verb of [getDevice, changeDevice]) {
    const there = await verb(as(), { deviceId: foreign.id, name: "mine" } as never).catch((error: Error) => error);
    const nowhere = await verb(as(), { deviceId: "dev_0000000000000000", name: "mine" } as never).catch((error: Error) => error);
    expect(there).toMatchObject({ code: "not_found" });
    expect(String(there)).toBe(String(nowhere));
  }
  expect(await db.database.prisma.device.findUniqueOrThrow({ where: { id: foreign.id } })).toMatchObject({ name: foreign.name });
});

test("viewers and support staff change nothing", async () => {
  const device = await makeDevice(db.database, fleetId);
  for (const role of ["viewer", "support"] as const) {
    await expect(addDevice(as(role), { name: `By ${role}` })).rejects.toMatchObject({ code: "forbidden" });
    await expect(changeDevice(as(role), { deviceId: device.id, note: "x" })).rejects.toMatchObject({ code: "forbidden" });
  }
});

test.each([
  {},
  { name: "" },
  { name: "a\u202eb" },
  { name: { startsWith: "" } },
  { name: "x", tags: { "Bad Key": "1" } },
  { name: "x", tokenDays: 0 },
  { name: "x", site: { connect: {} } },
  { name: "nul\0" },
])("%j is not added", async (input) => {
  await expect(addDevice(as(), input as never)).rejects.toMatchObject({ code: "invalid_input" });
});

test("fields that are not the caller's to set are ignored", async () => {
  const { deviceId } = await addDevice(as(), { name: "Mass", fleetId: otherFleetId, id: "dev_x", lifecycle: "retired" } as never);
  expect(await db.database.prisma.device.findUniqueOrThrow({ where: { id: deviceId } })).toMatchObject({ fleetId, lifecycle: "active" });
  await changeDevice(as(), { deviceId, fleetId: otherFleetId, createdAt: "1970-01-01" } as never);
  expect(await db.database.prisma.device.findUniqueOrThrow({ where: { id: deviceId } })).toMatchObject({ fleetId });
});

test("a device names the one it reaches us through: of its own fleet, and never in a circle", async () => {
  const [gateway, sensor, far] = [
    await addDevice(as(), { name: "Gateway 1" }),
    await addDevice(as(), { name: "Sensor 1" }),
    await addDevice(as(), { name: "Far 1" }),
  ];
  await changeDevice(as(), { deviceId: sensor.deviceId, gateway: "Gateway 1" });
  await changeDevice(as(), { deviceId: far.deviceId, gateway: "Sensor 1" });
  expect(await getDevice(as(), { deviceId: sensor.deviceId })).toMatchObject({ gateway: { id: gateway.deviceId, name: "Gateway 1" }, behind: 1 });
  for (const name of ["Gateway 1", "Sensor 1", "Far 1"])
    await expect(changeDevice(as(), { deviceId: gateway.deviceId, gateway: name })).rejects.toMatchObject({ code: "conflict" });
  await changeDevice(as(), { deviceId: sensor.deviceId, gateway: null });
  expect(await getDevice(as(), { deviceId: sensor.deviceId })).toMatchObject({ gateway: null });

  const other = await makeFleet(db.database);
  await makeDevice(db.database, other.id, { name: "Theirs" });
  await expect(changeDevice(as(), { deviceId: sensor.deviceId, gateway: "Theirs" })).rejects.toMatchObject({ code: "not_found" });
});
