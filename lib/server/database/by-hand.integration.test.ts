import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { ensureMeasurementPartitions } from "./partitions";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

const rows = async (sql: string, values: unknown[] = []) => (await db.database.pool.query(sql, values)).rows;

test("the audit log takes additions and refuses everything else", async () => {
  await rows(`insert into audit_event (actor_kind, actor_id, actor_name, via, action, object_kind, object_id, request_id)
    values ('system', 'test', 'Test', 'cli', 'device.add', 'device', 'dev_x', 'req_x')`);
  for (const sql of ["update audit_event set action = 'other'", "delete from audit_event", "truncate audit_event"])
    await expect(rows(sql)).rejects.toThrow("append-only");
  expect(await rows("select count(*)::int as n from audit_event")).toEqual([{ n: 1 }]);
});

test("a measurement finds a place whatever its day, and moves into its day when that gets a partition", async () => {
  const insert = "insert into measurement (device_id, metric, time, value) values ('dev_x', 'temperature', $1, 1)";
  for (const time of ["2026-11-20T23:59:59.999Z", "2026-11-21T00:00:00Z", "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z"]) await rows(insert, [time]);
  const made = await Promise.all([1, 2, 3].map(() => rows("select make_measurement_partition('2026-11-21') as made")));
  expect(made.flat().filter((row) => row.made)).toHaveLength(1);
  await rows(insert, ["2026-11-21T12:00:00Z"]);
  expect(await rows("select tableoid::regclass::text as part, count(*)::int as n from measurement group by 1 order by 1")).toEqual([
    { part: "measurement_20261121", n: 3 },
    { part: "measurement_default", n: 2 },
  ]);
});

test("the days at hand get partitions, once", async () => {
  const now = new Date("2027-02-28T23:00:00Z");
  await ensureMeasurementPartitions(db.database.pool, now);
  await ensureMeasurementPartitions(db.database.pool, now);
  const parts = await rows("select relname from pg_class where relname like 'measurement_2027____' order by 1");
  expect(parts.map((row) => row.relname)).toEqual(["measurement_20270227", "measurement_20270228", "measurement_20270301", "measurement_20270302"]);
});

test("one open alert per rule and device, any number of resolved ones", async () => {
  await rows("insert into fleet (id, name) values ('flt_x', 'F')");
  await rows("insert into profile (id, fleet_id, name) values ('prof_x', 'flt_x', 'P')");
  await rows("insert into device (id, fleet_id, profile_id, name, updated_at) values ('dev_x', 'flt_x', 'prof_x', 'D', now())");
  await rows("insert into alert_rule (id, fleet_id, name, kind, updated_at) values ('rule_x', 'flt_x', 'R', 'offline', now())");
  const insert = "insert into alert (id, fleet_id, rule_id, device_id, state, pending_at) values ($1, 'flt_x', 'rule_x', 'dev_x', $2, now())";
  await rows(insert, ["a", "resolved"]);
  await rows(insert, ["b", "resolved"]);
  await rows(insert, ["c", "firing"]);
  await expect(rows(insert, ["d", "pending"])).rejects.toThrow("alert_one_open");
});

test("a search by part of a name can use the trigram index", async () => {
  const client = await db.database.pool.connect();
  await client.query("set enable_seqscan = off");
  const plan = (await client.query("explain select id from device where name ilike '%pump%'")).rows.map((row) => row["QUERY PLAN"]).join("\n");
  client.release(true);
  expect(plan).toContain("device_name_trigrams");
});
