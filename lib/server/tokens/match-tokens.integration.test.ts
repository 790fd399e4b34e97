import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession, makeSite, makeTokenRow, makeUser } from "@/lib/testing/factories";
import { countTokens, tokenIdsMatching } from "./match-tokens";

let db: TestDatabase;
let fleetId: string;
const now = new Date("2026-11-28T12:00:00Z");
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const ids = new Map<string, string>();

beforeAll(async () => {
  db = await testDatabase();
  const { database } = db;
  const { prisma } = database;
  fleetId = (await makeFleet(database)).id;
  const other = (await makeFleet(database)).id;
  const siteId = (await makeSite(database, fleetId, "Harbour")).id;
  const pump = await makeDevice(database, fleetId, { name: "Pump 1", siteId, firmware: "2.0" });
  const fan = await makeDevice(database, fleetId, { name: "Fan", firmware: "3.0" });
  const ann = await makeUser(database, { name: "Ann Lee", fleetId });
  const service = await prisma.service.create({ data: { id: newId("service"), fleetId, name: "ingest" } });
  const foreign = await makeDevice(database, other, { name: "Pump 1" });
  const add = async (name: string, device: { id: string; fleetId: string }, more: object) => {
    const row = await makeTokenRow(database, device, { label: name, issuedAt: days(-10), expiresAt: days(60) });
    await prisma.accessToken.update({ where: { id: row.id }, data: more });
    ids.set(name, row.id);
    return row;
  };
  const live = await add("pump", pump, { lastUsedAt: days(-1), batchId: "bat_0000000000000001", kid: "sig_0000000000000001" });
  await add("pump-soon", pump, { expiresAt: days(20), scopes: [] });
  await add("fan-gone", fan, { expiresAt: days(-1), issuedAt: days(-100) });
  await add("fan-revoked", fan, { revokedAt: days(-1), revokedReason: "lost" });
  const row = (kind: "console" | "service", subject: string, label: string) => ({
    id: newId("accessToken"),
    fleetId,
    subjectKind: kind,
    subject,
    label,
    scopes: [],
    digest: newId("accessToken"),
    issuedAt: days(-10),
    expiresAt: days(60),
  });
  for (const one of [row("console", ann.id, "tab"), row("service", service.id, "robot")]) {
    await prisma.accessToken.create({ data: one });
    ids.set(one.label, one.id);
  }
  await makeTokenRow(database, foreign, { label: "pump" });
  await makeSession(database, pump, { number: 1n, tokenId: live.id });
});
afterAll(() => db.close());

const matching = async (query: string) => {
  const found = await tokenIdsMatching(db.database.pool, fleetId, query, now, 100);
  expect(await countTokens(db.database.pool, fleetId, query, now), "count").toBe(found.length);
  return [...ids].filter(([, id]) => found.includes(id)).map(([name]) => name);
};

test.each<[string, string[]]>([
  ["kind:console", ["tab"]],
  ["kind:service,console", ["tab", "robot"]],
  ['holder:"pump 1"', ["pump", "pump-soon"]],
  ["holder:ann*", ["tab"]],
  ["holder:ingest", ["robot"]],
  ["label:fan*", ["fan-gone", "fan-revoked"]],
  ["ingest", ["robot"]],
  ["soon", ["pump-soon"]],
  ["batch:bat_0000000000000001", ["pump"]],
  ["kid:sig_0000000000000001", ["pump"]],
  ["batch:none kind:service", ["robot"]],
  ["state:expired", ["fan-gone"]],
  ["state:revoked", ["fan-revoked"]],
  ["-state:live", ["fan-gone", "fan-revoked"]],
  ["issued>90d", ["fan-gone"]],
  ["expires<30d", ["pump-soon"]],
  ["expires>30d kind:device -state:revoked", ["pump"]],
  ["expires<2026-11-28", ["fan-gone"]],
  ["used:never kind:service", ["robot"]],
  ["used<2d", ["pump"]],
  ["connected:true", ["pump"]],
  ["scopes:0 kind:device", ["pump-soon"]],
  ["site:harbour", ["pump", "pump-soon"]],
  ["firmware>=3 state:live", []],
  ["tag:x", []],
])("%s", async (query, expected) => {
  expect(await matching(query)).toEqual(expected);
});

test("a field of devices says nothing about people and services, also behind a minus", async () => {
  expect(await matching("-site:harbour")).toEqual(["fan-gone", "fan-revoked"]);
  expect(await matching("-(site:harbour OR state:revoked)")).toEqual(["fan-gone"]);
  expect(await matching("-connected:true state:live")).toEqual(["pump-soon", "tab", "robot"]);
});

test("a verb's transaction asks the same way; another fleet has none of them", async () => {
  await db.database.prisma.$transaction(async (tx) => {
    const query = "state:live expires<30d scopes<3 kind:device holder:pump* -used<1h issued>2026-01-01 firmware<2.1";
    expect(await countTokens(tx, fleetId, query, now)).toBe(1);
    expect(await tokenIdsMatching(tx, fleetId, query, now, 10)).toEqual([ids.get("pump-soon")]);
  });
  const { id: empty } = await makeFleet(db.database);
  expect(await countTokens(db.database.pool, empty, "kind:device,console,service", now)).toBe(0);
});

test("an empty query means nothing, and a wrong one is told with its column", async () => {
  await expect(countTokens(db.database.pool, fleetId, " ", now)).rejects.toMatchObject({ code: "invalid_input", fields: [{ path: "query" }] });
  await expect(tokenIdsMatching(db.database.pool, fleetId, "kind:robot", now, 1)).rejects.toMatchObject({
    fields: [{ path: "query", message: "Column 6: kind is never “robot”." }],
  });
});
