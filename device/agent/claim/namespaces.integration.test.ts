import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openSecrets } from "@/lib/server/secrets";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { testDatabase } from "@/lib/testing/database";
import { makeFleet, makeProfile } from "@/lib/testing/factories";
import { ADDRESSES, openNamespaces, whyNoNamespaces } from "@/lib/testing/namespaces";

const why = whyNoNamespaces();
/** Processes of ours that start at the same time, on a machine that may be busy. */
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 90_000, interval: 50 });
const tsx = (script: string, ...args: string[]) => ["--import", "tsx", script, ...args];

/**
 * Requirement 1 as it is meant: device, broker and console (worker and command line) as processes in networks of their own, the
 * device behind NAT and a firewall that drops every inbound connection. Every later capability joins this test.
 */
test.skipIf(why !== undefined)(`behind NAT, with every inbound packet dropped${why ? ` (skipped: ${why})` : ""}`, { timeout: 300_000 }, async () => {
  const db = await testDatabase();
  onTestFinished(() => db.close());
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-ns-data-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await ensureSigningKey(db.database, openSecrets(dataDir));
  const { id: fleetId } = await makeFleet(db.database);
  await makeProfile(db.database, fleetId);
  const nets = await openNamespaces(db.url);
  onTestFinished(() => nets.close());
  const env = { DATABASE_URL: nets.databaseUrl, DATA_DIR: dataDir, LOG_LEVEL: "warn", MQTT_PORT: "1883", MQTT_WS_PORT: "8083", MQTTS_PORT: "8883" };

  nets.start("broker", process.execPath, tsx("services/broker/main.ts"), { ...env, MQTT_HOST: "0.0.0.0" });
  const ofConsole = { ...env, MQTT_HOST: ADDRESSES.brokerForConsole, MQTT_PUBLIC_HOST: ADDRESSES.brokerForDevices };
  nets.start("console", process.execPath, tsx("services/worker/main.ts"), ofConsole);
  const sallyport = async (...words: string[]) =>
    JSON.parse(await nets.run("console", process.execPath, tsx("services/cli/main.ts", ...words, "--fleet", fleetId, "--json"), ofConsole));

  // The firewall is one: what listens on the device is reached from the device, and from nowhere else.
  const listener = nets.start("device", process.execPath, ["-e", "require('net').createServer((s) => s.end('hi')).listen(9999, () => console.log('up'))"]);
  await new Promise((resolve) => listener.stdout?.once("data", resolve));
  const reach = `const s = require('net').connect(9999, '${ADDRESSES.device}'); s.setTimeout(1500, () => { console.log('dropped'); process.exit(); }); s.on('data', () => { console.log('reached'); process.exit(); }); s.on('error', (e) => { console.log(e.code); process.exit(); });`;
  expect(await nets.run("device", process.execPath, ["-e", reach])).toBe("reached");
  expect(await nets.run("router", process.execPath, ["-e", reach])).toBe("dropped");
  expect(await nets.run("broker", process.execPath, ["-e", reach])).toMatch(/^(dropped|ENETUNREACH|EHOSTUNREACH)$/);
  listener.kill("SIGKILL");

  const { link, claim } = await sallyport("claims", "create", "--name", "behind the wall");
  expect(link).toContain(ADDRESSES.brokerForDevices);
  const agent = tsx("device/agent/main.ts", "claim", link, "--state", path.join(dataDir, "device"), "--interval", "1", "--posture-interval", "1");
  nets.start("device", process.execPath, agent, { LOG_LEVEL: "silent" });
  const device = await eventually(async () => {
    const [enrolment] = await db.database.prisma.enrolment.findMany({ where: { claimId: claim.id, state: "stored" }, include: { device: true } });
    expect(await db.database.prisma.latestMeasurement.count({ where: { deviceId: enrolment?.deviceId ?? "" } })).toBeGreaterThan(0);
    return enrolment?.device ?? expect.fail();
  });
  await eventually(async () => expect(await sallyport("devices", "show", device.id)).toMatchObject({ name: "behind the wall", presence: { state: "online" } }));
  // What it says of itself: nothing listens, and there is one connection, to the broker. What the broker saw of it: the router's address.
  await eventually(async () =>
    expect(await db.database.prisma.postureReport.findUnique({ where: { deviceId: device.id } })).toMatchObject({
      listeningTcp: 0,
      listeningUdp: 0,
      inbound: 0,
      seen: [`${ADDRESSES.brokerForDevices}:1883`],
    }),
  );
  expect(await db.database.prisma.session.findMany({ where: { deviceId: device.id }, select: { address: true }, distinct: ["address"] })).toEqual([
    { address: "10.77.2.1" },
  ]);
  // Asked to do something it does it, and says so: over the connection that it made itself, in its payload envelope.
  expect(await sallyport("commands", "send", device.id, "log-level", "--with", "level=warn", "--wait", "60")).toMatchObject({
    state: "succeeded",
    result: { level: "warn" },
    error: null,
  });
  // Proved, and signed; with something planted that listens it is a violation, and not proved for a day, also when that is gone.
  const statement = async () => (await sallyport("posture", "statement")).statement;
  expect(await statement()).toMatchObject({ text: "1 of 1 device proved zero inbound ports in the last 24 h", notProved: [] });
  const planted = nets.start("device", process.execPath, ["-e", "require('net').createServer().listen(2323)"]);
  const findings = () => db.database.prisma.postureFinding.findMany({ where: { deviceId: device.id }, orderBy: { id: "asc" } });
  await eventually(async () => expect(await findings()).toMatchObject([{ kind: "listener", what: "tcp/2323", verdict: "violation", endedAt: null }]));
  expect(await statement()).toMatchObject({ proved: 0, notProved: [{ id: device.id, state: "listening", inbound: 1 }] });
  planted.kill("SIGKILL");
  await eventually(async () => expect(await findings()).toMatchObject([{ what: "tcp/2323", endedAt: expect.any(Date) }]));
  expect(await statement()).toMatchObject({ proved: 0, notProved: [{ state: "listened", inbound: 0 }] });
});
