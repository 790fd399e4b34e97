import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLog } from "@/lib/base/log";
import type { PostureList } from "@/lib/domain/posture/posture-view";
import type { PostureReport } from "@/lib/protocol/posture";
import { topics } from "@/lib/protocol/topics";
import { evaluateAlerts } from "@/lib/server/alerts/evaluate-alerts";
import { getDevice } from "@/lib/server/devices/get-device";
import { Ingest } from "@/lib/server/telemetry/ingest";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeProfile } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { getStatement } from "./get-statement";
import { judgeReports } from "./judge-reports";
import { listPosture } from "./list-posture";
import { setAllowList } from "./set-allow-list";
import { verifyStatement } from "./verify-statement";

let db: TestDatabase;
let clock: FakeClock;
let ingest: Ingest;
let fleetId: string;
let profileId: string;
const log = createLog("test", "silent");

beforeAll(async () => {
  db = await testDatabase();
  ingest = new Ingest({ url: db.url, log, keys: { policyOf: () => "off", open: () => ({ ok: false, reason: "unknown_key", detail: "" }) }, onFull() {} });
  await ensureSigningKey(db.database, testSecrets());
});
afterAll(async () => {
  await ingest?.close();
  await db?.close();
});
beforeEach(async () => {
  clock = fakeClock(new Date("2026-11-28T12:00:00Z"));
  fleetId = (await makeFleet(db.database)).id;
  profileId = (await makeProfile(db.database, fleetId)).id;
});

type Ports = (number | { port: number; interface: string })[];
const named = (ports: Ports) => ({ ports: ports.map((one) => (typeof one === "number" ? { port: one } : one)), total: ports.length });
const reportOf = (tcp: Ports, remotes: string[] = [], bytes = 1_000): PostureReport => ({
  header: { report_id: Math.floor(clock.now().getTime() / 1000), version: "1.0" },
  metrics: {
    listening_tcp_ports: named(tcp),
    listening_udp_ports: named([]),
    network_stats: { bytes_in: bytes, bytes_out: bytes },
    tcp_connections: { established_connections: { connections: remotes.map((remote_addr) => ({ remote_addr })), total: remotes.length } },
  },
});
/** Published, stored and compared. */
async function report(deviceId: string, payload: object): Promise<void> {
  const message = { fleetId, deviceId, subject: deviceId, topic: topics.up(fleetId, deviceId, "posture"), payload: Buffer.from(JSON.stringify(payload)) };
  await new Promise((done) => ingest.take({ ...message, receivedAt: clock.now().getTime() }, done));
  await judgeReports(db);
}
const device = (name: string) => makeDevice(db.database, fleetId, { name, profileId });
const ctx = (role?: "viewer") => makeContext(db.database, { fleetId, clock, ...(role ? { role } : {}) });
const findings = async (deviceId: string) =>
  (await db.database.prisma.postureFinding.findMany({ where: { deviceId }, orderBy: { id: "asc" } })).map(
    ({ what, verdict, endedAt }) => `${what} ${verdict}${endedAt ? " ended" : ""}`,
  );
const states = ({ items }: PostureList) => Object.fromEntries(items.map(({ name, state }) => [name, state]));

test("listeners have episodes: when one appeared, was allowed, and went", async () => {
  const { id } = await device("a");
  await report(id, reportOf([22, { port: 631, interface: "lo" }]));
  expect(await findings(id)).toEqual(["tcp/22 violation", "tcp/631 loopback"]);
  clock.advance(300_000);
  await report(id, reportOf([22, { port: 631, interface: "lo" }]));
  expect(await findings(id)).toHaveLength(2);
  await setAllowList(ctx(), { profileId, listeners: ["tcp/22"], destinations: [] });
  await judgeReports(db);
  expect(await findings(id)).toEqual(["tcp/22 violation ended", "tcp/631 loopback", "tcp/22 allowed"]);
  clock.advance(300_000);
  await report(id, reportOf([]));
  expect(await findings(id)).toEqual(["tcp/22 violation ended", "tcp/631 loopback ended", "tcp/22 allowed ended"]);
  expect((await getDevice(ctx("viewer"), { deviceId: id })).posture).toMatchObject({
    inbound: 0,
    inboundSince: "2026-11-28T12:10:00.000Z",
    findings: [{ what: "tcp/22" }],
  });
});

test("destinations and traffic: what a device has always done is no news", async () => {
  const { id } = await device("a");
  for (let index = 0; index < 8; index++) {
    await report(id, reportOf([], ["192.0.2.1:8883"]));
    clock.advance(300_000);
  }
  expect(await findings(id)).toEqual([]);
  await report(id, reportOf([], ["192.0.2.1:8883", "203.0.113.9:443"], 90_000_000));
  expect(await findings(id)).toEqual(["203.0.113.9:443 violation", "in violation", "out violation"]);
  // Compared again, because of its profile, the same bytes are not counted a second time.
  await setAllowList(ctx(), { profileId, listeners: [], destinations: ["192.0.2.0/24"] });
  await judgeReports(db);
  expect((await db.database.prisma.postureReport.findUniqueOrThrow({ where: { deviceId: id } })).ratesOut).toHaveLength(8);
  clock.advance(300_000);
  await report(id, reportOf([], ["192.0.2.1:8883"]));
  expect(await findings(id)).toEqual(["203.0.113.9:443 violation ended", "in violation ended", "out violation ended"]);
});

test("a rule on posture fires with the evidence, and ends with the report that shows nothing any more; another fleet's does not", async () => {
  const { prisma } = db.database;
  const { id } = await device("a");
  await makeAlertRule(db.database, fleetId, { kind: "posture", holdSeconds: 0 });
  await makeAlertRule(db.database, (await makeFleet(db.database)).id, { kind: "posture", holdSeconds: 0 });
  const alerts = async () => {
    await evaluateAlerts({ database: db.database, clock, log });
    return (await prisma.alert.findMany({ where: { deviceId: id } })).map(({ state, detail, fleetId: of }) => [state, detail, of]);
  };
  await report(id, reportOf([]));
  expect(await alerts()).toEqual([]);
  clock.advance(300_000);
  await report(id, reportOf([23]));
  expect(await alerts()).toEqual([["firing", "tcp/23 listens; its profile does not allow that.", fleetId]]);
  expect(await prisma.outbox.count({ where: { fleetId, kind: "alert.notify" } })).toBe(1);
  expect(await alerts()).toHaveLength(1);
  clock.advance(300_000);
  await report(id, reportOf([]));
  expect((await alerts()).map(([state]) => state)).toEqual(["resolved"]);
});

test("the statement: who proved zero inbound ports in the last 24 hours, who did not, and why", async () => {
  const [old, proved, listening, listened, untold, silent] = await Promise.all(["old", "proved", "listening", "listened", "untold", "silent"].map(device));
  await device("fresh");
  const retired = await makeDevice(db.database, fleetId, { name: "retired", lifecycle: "retired" });
  await db.database.prisma.presence.update({ where: { deviceId: silent?.id ?? "" }, data: { lastSeenAt: clock.now() } });
  await report(old?.id ?? "", reportOf([]));
  await report(retired.id, reportOf([]));
  clock.advance(24 * 3_600_000 - 1);
  expect(states(await listPosture(ctx(), {})).old).toBe("proved");
  await report(listened?.id ?? "", reportOf([22]));
  clock.advance(1);
  await report(listened?.id ?? "", reportOf([]));
  await report(proved?.id ?? "", reportOf([{ port: 53, interface: "127.0.0.53" }]));
  await report(listening?.id ?? "", reportOf([22]));
  await report(untold?.id ?? "", { header: { report_id: 1, version: "1.0" }, metrics: { network_stats: { bytes_in: 1 } } });
  await setAllowList(ctx(), { profileId, listeners: ["tcp/22"], destinations: [] });
  await judgeReports(db);

  const list = await listPosture(ctx("viewer"), {});
  expect(states(list)).toEqual({
    listening: "listening",
    listened: "listened",
    untold: "untold",
    old: "stale",
    silent: "no_agent",
    fresh: "no_report",
    proved: "proved",
  });
  expect([list.devices, list.total, list.counts.proved, list.violating]).toEqual([7, 7, 1, 0]);
  // A port that the profile allows is no zero.
  expect(list.items[0]).toMatchObject({ inbound: 1, findings: [{ what: "tcp/22", verdict: "allowed" }] });
  const pages: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: PostureList = await listPosture(ctx(), { limit: 2, state: ["stale", "listening", "no_report"], ...(cursor ? { cursor } : {}) });
    pages.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  expect(pages).toEqual(["listening", "old", "fresh"]);
  expect(states(await listPosture(ctx(), { q: "name:*ed -posture:proved" }))).toEqual({ listened: "listened" });

  const { statement, jws } = await getStatement(ctx("viewer"), { format: "json" });
  expect(statement).toMatchObject({
    text: "1 of 7 devices proved zero inbound ports in the last 24 h",
    devices: 7,
    proved: 1,
    complete: true,
    from: "2026-11-28T12:00:00.000Z",
    to: "2026-11-29T12:00:00.000Z",
  });
  expect(statement.notProved.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "listening listening",
    "listened listened",
    "untold untold",
    "old stale",
    "silent no_agent",
    "fresh no_report",
  ]);
  expect((await verifyStatement(db.database, jws)).statement).toEqual(statement);
  const [head, payload, signature] = jws.split(".");
  const better = Buffer.from(
    Buffer.from(payload ?? "", "base64url")
      .toString()
      .replace('"proved":1', '"proved":7'),
  ).toString("base64url");
  await expect(verifyStatement(db.database, `${head}.${better}.${signature}`)).rejects.toThrow("it was changed");
  const { text } = await getStatement(ctx(), { format: "csv" });
  expect(text.split("\r\n")).toHaveLength(9);
  expect(text).toContain("listened,,");

  const foreign = makeContext(db.database, { fleetId: (await makeFleet(db.database)).id, clock });
  expect(await listPosture(foreign, {})).toMatchObject({ devices: 0, items: [] });
  await expect(setAllowList(foreign, { profileId, listeners: [], destinations: [] })).rejects.toMatchObject({ code: "not_found" });
  await expect(setAllowList(ctx("viewer"), { profileId, listeners: [], destinations: [] })).rejects.toMatchObject({ code: "forbidden" });
});
