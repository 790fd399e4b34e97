import { afterAll, beforeAll, expect, test } from "vitest";
import { readVersion } from "@/lib/domain/query/version";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeMeasurements, makeProfile, makeSession, makeSite } from "@/lib/testing/factories";
import { countDevices, deviceIdsMatching } from "./match-devices";

let db: TestDatabase;
let fleetId: string;
const now = new Date("2026-11-28T12:00:00Z");
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const ids = new Map<string, string>();

beforeAll(async () => {
  db = await testDatabase();
  const { database } = db;
  const { prisma } = database;
  fleetId = (await makeFleet(database)).id;
  const other = (await makeFleet(database)).id;
  const berlin = await makeSite(database, fleetId, "Berlin 3");
  const harbour = await makeSite(database, fleetId, "Harbour 100%");
  const profileId = (await makeProfile(database, fleetId, { name: "Pumps" })).id;
  const chill = (await makeProfile(database, fleetId, { name: "Chillers" })).id;
  const add = async (name: string, more: Parameters<typeof makeDevice>[2]) => {
    const device = await makeDevice(database, fleetId, { name, profileId, ...more });
    ids.set(name, device.id);
    return device;
  };
  const online = { state: "online", cause: "connected", since: ago(1), lastSeenAt: ago(0.1) } as const;
  const offline = { state: "offline", cause: "connection_lost", since: ago(3), lastSeenAt: ago(3) } as const;
  const one = await add("Pump-1", { siteId: berlin.id, firmware: "2.0.9", presence: online });
  const two = await add("Pump-2", { siteId: harbour.id, firmware: "2.10", presence: offline });
  const three = await add("Chill_3", { profileId: chill, firmware: "v2.1.0-rc1", presence: offline });
  await add("Fresh", { firmware: "latest" });
  const old = await add("Old", { lifecycle: "retired", presence: { ...offline, lastSeenAt: ago(900) } });
  const foreign = await makeDevice(database, other, { name: "Pump-1", firmware: "2.0.9", presence: online });
  await prisma.device.updateMany({ data: { createdAt: new Date("2026-11-20T08:00:00Z") } });
  await prisma.device.update({ where: { id: one.id }, data: { createdAt: new Date("2026-11-01T23:59:59Z") } });
  const tag = (deviceId: string, key: string, value = "") => ({ deviceId, key, value });
  await prisma.tag.createMany({
    data: [tag(one.id, "pump"), tag(one.id, "line", "A"), tag(two.id, "line", "b"), tag(old.id, "pump"), tag(foreign.id, "pump"), tag(foreign.id, "line", "a")],
  });
  for (const [id, value] of [
    [one.id, 81.5],
    [two.id, 80],
    [foreign.id, 99],
  ] as const)
    await makeMeasurements(database, id, "temperature", [[now.getTime(), value]]);
  await makeSession(database, one, { number: 1n });
  await makeSession(database, two, { number: 2n, disconnectedAt: ago(3) });
  const report = (deviceId: string, tcp: number, udp: number) => ({
    deviceId,
    receivedAt: now,
    listeningTcp: tcp,
    listeningUdp: udp,
    inbound: tcp + udp,
    report: {},
  });
  await prisma.postureReport.createMany({ data: [report(one.id, 0, 1), report(two.id, 0, 0), report(foreign.id, 1, 0)] });
  void three;
});
afterAll(() => db.close());

const matching = async (query: string) => {
  const found = await deviceIdsMatching(db.database.pool, fleetId, query, now, 100);
  expect(await countDevices(db.database.pool, fleetId, query, now), "count").toBe(found.length);
  return [...ids].filter(([, id]) => found.includes(id)).map(([name]) => name);
};

test.each<[string, string[]]>([
  ["state:offline", ["Pump-2", "Chill_3"]],
  ["state:online,NEVER_SEEN", ["Pump-1", "Fresh"]],
  ["pump", ["Pump-1", "Pump-2"]],
  ["berlin", ["Pump-1"]],
  ["l_", ["Chill_3"]],
  ['"berlin 3"', ["Pump-1"]],
  ['"pu*p"', []],
  ["pu*p", ["Pump-1", "Pump-2"]],
  ["name:pump", []],
  ["name:pump-1", ["Pump-1"]],
  ["name:pump*", ["Pump-1", "Pump-2"]],
  ['name:"pump*"', []],
  ["name:*_3,fresh", ["Chill_3", "Fresh"]],
  ['site:"berlin 3"', ["Pump-1"]],
  ["site:berlin*3", ["Pump-1"]],
  ["site:harbour*%", ["Pump-2"]],
  ["site:harbour", []],
  ["site:none", ["Chill_3", "Fresh"]],
  ['site:"none"', []],
  ["-site:berlin*", ["Pump-2", "Chill_3", "Fresh"]],
  ["profile:chillers", ["Chill_3"]],
  ["firmware<2.1", ["Pump-1", "Chill_3"]],
  ["firmware>=2.1", ["Pump-2"]],
  ["firmware>2.9", ["Pump-2"]],
  ["firmware:2.10.0", ["Pump-2"]],
  ["firmware:2.*", ["Pump-1", "Pump-2"]],
  ["firmware:latest", ["Fresh"]],
  ["firmware:none lifecycle:retired", ["Old"]],
  ["tag:pump", ["Pump-1"]],
  ["tag:PUMP", ["Pump-1"]],
  ["tag.line:a", ["Pump-1"]],
  ["tag.line:*", ["Pump-1", "Pump-2"]],
  ["-tag:line", ["Chill_3", "Fresh"]],
  ["metric.temperature>80", ["Pump-1"]],
  ["metric.temperature>=80", ["Pump-1", "Pump-2"]],
  ["metric.temperature:80,81.5", ["Pump-1", "Pump-2"]],
  ["metric:temp*", ["Pump-1", "Pump-2"]],
  ["-metric.temperature>80", ["Pump-2", "Chill_3", "Fresh"]],
  ["lifecycle:retired", ["Old"]],
  ["lifecycle:retired OR state:online", ["Pump-1", "Old"]],
  ["-lifecycle:active", ["Old"]],
  ["last_seen>2h", ["Pump-2", "Chill_3"]],
  ["last_seen<2h", ["Pump-1"]],
  ["last_seen:never", ["Fresh"]],
  ["-last_seen:never", ["Pump-1", "Pump-2", "Chill_3"]],
  ["last_seen>2026-11-28T09:00:59Z", ["Pump-1"]],
  ["since<2h state:online", ["Pump-1"]],
  ["created:2026-11-01", ["Pump-1"]],
  ["created>2026-11-01", ["Pump-2", "Chill_3", "Fresh"]],
  ["created<=2026-11-01", ["Pump-1"]],
  ["connected:true", ["Pump-1"]],
  ["connected:false", ["Pump-2", "Chill_3", "Fresh"]],
  ["listening:true", ["Pump-1"]],
  ["listening:false", ["Pump-2"]],
  ["posture:listening", ["Pump-1"]],
  ["posture:proved,no_report", ["Pump-2", "Fresh"]],
  ["-posture:proved state:offline", ["Chill_3"]],
  ["(state:offline OR state:online) -pump", ["Chill_3"]],
  ["-(pump state:offline)", ["Pump-1", "Chill_3", "Fresh"]],
  ["-(pump OR fresh)", ["Chill_3"]],
  ["x' or 1=1", []],
])("%s", async (query, expected) => {
  expect(await matching(query)).toEqual(expected);
});

test("an id is matched whole, and another fleet's finds nothing", async () => {
  const id = ids.get("Fresh") ?? "";
  expect(await matching(`id:${id}`)).toEqual(["Fresh"]);
  expect(await matching(`id:${id.slice(0, -1)}`)).toEqual([]);
  const foreign = await db.database.prisma.device.findFirstOrThrow({ where: { NOT: { fleetId } } });
  expect(await matching(`id:${foreign.id}`)).toEqual([]);
});

test("ids come in order and at most so many; a verb's transaction asks the same way", async () => {
  const sorted = ["Pump-1", "Pump-2"].map((name) => ids.get(name)).sort();
  expect(await deviceIdsMatching(db.database.pool, fleetId, "pump", now, 1)).toEqual(sorted.slice(0, 1));
  const query = 'pump site:berlin*,"Harbour 100%" state:online,offline -firmware>3 created>2026-01-01 metric.temperature>1 firmware<2.9';
  await db.database.prisma.$transaction(async (tx) => {
    expect(await countDevices(tx, fleetId, query, now)).toBe(1);
    expect(await deviceIdsMatching(tx, fleetId, query, now, 10)).toEqual([ids.get("Pump-1")]);
    expect(await deviceIdsMatching(tx, fleetId, "state:offline last_seen>2h since>1h lifecycle:active,retired", now, 10)).toHaveLength(3);
  });
});

test.each(["", "  "])("an empty query means nothing, never everything: “%s”", async (query) => {
  for (const ask of [countDevices(db.database.pool, fleetId, query, now), deviceIdsMatching(db.database.pool, fleetId, query, now, 9)])
    await expect(ask).rejects.toMatchObject({ code: "invalid_input", fields: [{ path: "query" }] });
});

test("what is wrong is told with its column and what to do", async () => {
  await expect(countDevices(db.database.pool, fleetId, "pump stat:offline", now)).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining("Did you mean state?"),
    fields: [{ path: "query", message: "Column 6: There is no field “stat” here." }],
  });
});

test("database and code read versions alike", async () => {
  const versions = [
    "2",
    "2.0",
    "v2.1.0",
    "2.1.0-rc1",
    "2.1-",
    "0.0.0",
    "00.0",
    "1.2.3.4.5.6.7.8.9.10",
    "99999999999999999999.1",
    "x1",
    "",
    "2..1",
    "1.0.10",
    "20261128120000",
  ];
  const { rows } = await db.database.pool.query<{ v: string; parts: string[] | null }>("select v, version_parts(v) as parts from unnest($1::text[]) as v", [
    versions,
  ]);
  for (const { v, parts } of rows) expect(parts?.map(Number), v).toEqual(readVersion(v));
});
