import { afterAll, beforeAll, expect, test } from "vitest";
import { readImportFile } from "@/lib/domain/devices/import-file";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeProfile } from "@/lib/testing/factories";
import { exportDevices } from "./export-devices";
import { importDevices } from "./import-devices";
import { listDevices } from "./list-devices";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

async function stage() {
  const { id: fleetId } = await makeFleet(db.database);
  await makeProfile(db.database, fleetId, { name: "pump" });
  return { fleetId, ctx: makeContext(db.database, { fleetId, role: "operator" }) };
}
const outcomes = ({ rows }: { rows: { outcome: string }[] }) => rows.map(({ outcome }) => outcome);
const row = (line: number, name: string, more: object = {}) => ({ line, name, ...more });

test("new devices are there with site, tags and a line in the audit log each; the same again does nothing", async () => {
  const { ctx, fleetId } = await stage();
  const rows = [row(2, "pump-1", { site: "Hall", tags: { line: "cold" } }), row(3, "pump-2", { site: "Hall", note: "spare" })];
  expect(outcomes(await importDevices(ctx, { rows }))).toEqual(["added", "added"]);
  const { items } = await listDevices(ctx, { sort: "name" });
  expect(items).toMatchObject([
    { name: "pump-1", site: { name: "Hall" }, profile: { name: "pump" }, tags: [{ key: "line", value: "cold" }], presence: { state: "never_seen" } },
    { name: "pump-2", site: { name: "Hall" }, tags: [] },
  ]);
  const audited = () => db.database.prisma.auditEvent.count({ where: { fleetId } });
  const before = await audited();
  expect(outcomes(await importDevices(ctx, { rows }))).toEqual(["unchanged", "unchanged"]);
  expect(await audited()).toBe(before);
  expect(await db.database.prisma.auditEvent.count({ where: { fleetId, action: "device.added" } })).toBe(2);
  expect(await db.database.prisma.accessToken.count({ where: { fleetId } })).toBe(0);
});

test("a dry run says the same and writes nothing, not even a site", async () => {
  const { ctx, fleetId } = await stage();
  await makeDevice(db.database, fleetId, { name: "known" });
  const rows = [row(2, "new", { site: "Nowhere" }), row(3, "known", { note: "changed" }), row(4, "bad", { profile: "tank" })];
  const dry = await importDevices(ctx, { rows, dryRun: true });
  expect(outcomes(dry)).toEqual(["added", "changed", "refused"]);
  expect((await listDevices(ctx, {})).total).toBe(1);
  expect(await db.database.prisma.site.count({ where: { fleetId } })).toBe(0);
  expect((await importDevices(ctx, { rows })).rows).toEqual(dry.rows);
  expect((await listDevices(ctx, {})).total).toBe(2);
});

test("gateways: named by the file itself, unchanged the second time, exported, found by a query; no circle and nobody of another fleet", async () => {
  const { ctx } = await stage();
  const other = await stage();
  await importDevices(other.ctx, { rows: [row(2, "theirs")] });
  const rows = [row(2, "roof"), row(3, "hall", { gateway: "roof" }), row(4, "pump", { gateway: "hall" }), row(5, "lost", { gateway: "theirs" })];
  expect((await importDevices(ctx, { rows })).rows).toMatchObject([
    { outcome: "added" },
    { outcome: "added" },
    { outcome: "added" },
    { outcome: "refused", detail: "There is no device theirs to be its gateway. Put its line first." },
  ]);
  expect(outcomes(await importDevices(ctx, { rows: rows.slice(0, 3) }))).toEqual(["unchanged", "unchanged", "unchanged"]);
  expect((await importDevices(ctx, { rows: [row(2, "roof", { gateway: "pump" })] })).rows).toMatchObject([{ outcome: "refused" }]);
  const behind = async (q: string) => (await listDevices(ctx, { q, sort: "name" })).items.map(({ name }) => name);
  expect([await behind("gateway:roof"), await behind("gateway:none"), await behind("gateway:*")]).toEqual([["hall"], ["roof"], ["hall", "pump"]]);
  const { text } = await exportDevices(ctx, {});
  expect(readImportFile(text).rows.map(({ name, gateway }) => [name, gateway])).toEqual(expect.arrayContaining([["pump", "hall"]]));
  expect(outcomes(await importDevices(ctx, { rows: readImportFile(text).rows }))).toEqual(["unchanged", "unchanged", "unchanged"]);
});

test("what a row does not say stays; tags are set beside the others", async () => {
  const { ctx } = await stage();
  await importDevices(ctx, { rows: [row(2, "pump", { site: "Hall", note: "old", tags: { a: "1", b: "2" } })] });
  expect((await importDevices(ctx, { rows: [row(2, "pump", { tags: { b: "3" } })] })).rows).toMatchObject([{ outcome: "changed", detail: "tag:b" }]);
  const { items } = await listDevices(ctx, {});
  expect(items).toMatchObject([
    {
      site: { name: "Hall" },
      tags: [
        { key: "a", value: "1" },
        { key: "b", value: "3" },
      ],
    },
  ]);
});

test("a name of another fleet is a new device here, and the other one stays as it is; who may not write is refused", async () => {
  const [mine, other] = [await stage(), await stage()];
  const theirs = await makeDevice(db.database, other.fleetId, { name: "shared" });
  expect(outcomes(await importDevices(mine.ctx, { rows: [row(2, "shared", { note: "mine" })] }))).toEqual(["added"]);
  expect(await db.database.prisma.device.findUniqueOrThrow({ where: { id: theirs.id } })).toMatchObject({ note: "", fleetId: other.fleetId });
  expect((await exportDevices(mine.ctx, {})).rows).toBe(1);
  const viewer = makeContext(db.database, { fleetId: mine.fleetId, role: "viewer" });
  await expect(importDevices(viewer, { rows: [row(2, "x")], dryRun: true })).rejects.toMatchObject({ code: "forbidden" });
});

test("the same portion from ten at once: each device once", async () => {
  const { ctx } = await stage();
  const rows = Array.from({ length: 50 }, (_, n) => row(n + 2, `pump-${n}`, { site: `Site ${n % 3}` }));
  const all = await Promise.all(Array.from({ length: 10 }, () => importDevices(ctx, { rows })));
  expect(all.flatMap(outcomes).filter((outcome) => outcome === "added")).toHaveLength(50);
  expect((await listDevices(ctx, {})).total).toBe(50);
});

test("what is exported is read again and changes nothing, in both formats", async () => {
  const { ctx } = await stage();
  const rows = Array.from({ length: 620 }, (_, n) => row(n + 2, n === 7 ? "=1+1" : `pump-${n}`, { site: "Hall, 1", tags: { n: String(n) } }));
  await importDevices(ctx, { rows: rows.slice(0, 500) });
  await importDevices(ctx, { rows: rows.slice(500) });
  for (const format of ["csv", "jsonl"] as const) {
    const exported = await exportDevices(ctx, { format });
    expect(exported.rows).toBe(620);
    const file = readImportFile(exported.text);
    expect([file.rows.length, file.refused, file.problem]).toEqual([620, [], undefined]);
    expect(new Set(outcomes(await importDevices(ctx, { rows: file.rows.slice(0, 500), dryRun: true })))).toEqual(new Set(["unchanged"]));
  }
  expect((await exportDevices(ctx, { q: "pump-61" })).rows).toBe(11);
});
