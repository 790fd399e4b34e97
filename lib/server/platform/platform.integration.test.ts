import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readEnv } from "@/lib/base/env";
import { createLog } from "@/lib/base/log";
import { getStatement } from "@/lib/server/posture/get-statement";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { makeFleet } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";
import { testSecrets, writeTestSecrets } from "@/lib/testing/secrets";
import { getPlatform } from "./get-platform";
import { reportPlatform } from "./report-platform";

let db: TestDatabase;
let broker: ChildProcess;
let settings: Record<string, string>;
let mqttPort: number;
let wsPort: number;
let spare: number;
let fleetId: string;
const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-platform-"));
const clock = fakeClock("2026-11-28T12:00:00.000Z");

/** The product's own broker process, and it can be told to open one port more: a debugger's. */
beforeAll(async () => {
  db = await testDatabase();
  [mqttPort = 0, wsPort = 0, spare = 0] = await freePorts(3);
  writeTestSecrets(dataDir);
  settings = { DATA_DIR: dataDir, DATABASE_URL: db.url, MQTT_PORT: String(mqttPort), MQTT_WS_PORT: String(wsPort), LOG_LEVEL: "silent" };
  broker = spawn(process.execPath, [`--inspect-port=127.0.0.1:${spare}`, "--import", "tsx", "services/broker/main.ts"], {
    env: { PATH: process.env.PATH, NODE_ENV: "test", ...settings },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    broker.on("message", (message: { type: string }) => (message.type === "ready" ? resolve() : reject(new Error(JSON.stringify(message)))));
    broker.once("exit", (code) => reject(new Error(`the broker ended with ${code}`)));
  });
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
});
afterAll(async () => {
  broker?.removeAllListeners("exit");
  broker?.kill("SIGKILL");
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ctx = (role: "admin" | "viewer" = "admin") => makeContext(db.database, { fleetId, clock, role });
const look = async (root: number) => {
  await reportPlatform({
    database: db.database,
    clock,
    log: createLog("test", "silent"),
    env: readEnv(settings),
    databaseUrl: db.url,
    root,
    node: "here",
  });
  const { machines } = await getPlatform(ctx(), {});
  return machines[0];
};

test("the sockets that a broker process holds are those of its configuration; a debugger that it opens is found", async () => {
  const pid = broker.pid ?? 0;
  const before = await look(pid);
  const at = clock.now().toISOString();
  expect(before).toMatchObject({ node: "here", at, stale: false, known: true, hidden: 0 });
  expect(before?.listeners).toEqual(
    [
      { port: mqttPort, purpose: "mqtt" },
      { port: wsPort, purpose: "mqtt_ws" },
    ]
      .toSorted((a, b) => a.port - b.port)
      .map((one) => ({ ...one, process: "broker", pid, protocol: "tcp", address: "127.0.0.1", reachable: false, verdict: "expected", since: at })),
  );
  // There is no certificate here.
  expect(before?.closed).toMatchObject([{ purpose: "mqtts", process: "broker" }]);

  clock.advance(10_000);
  // Node opens its inspector on this signal.
  broker.kill("SIGUSR1");
  const [planted, ...others] = await eventually(async () => {
    const { listeners } = (await look(pid)) ?? { listeners: [] };
    expect(listeners).toHaveLength(3);
    return listeners;
  });
  expect(planted).toMatchObject({ process: "broker", pid, address: "127.0.0.1", port: spare, purpose: null, reachable: false, verdict: "unexpected" });
  broker.kill("SIGKILL");
  expect(planted?.since).toBe(clock.now().toISOString());
  expect(others.map(({ since }) => since)).toEqual([at, at]);
});

test("a program that something of ours started and that listens to everybody is found, and stands in the signed statement", async () => {
  const listens = `require("net").createServer().listen(${spare}, "0.0.0.0", () => process.send("up"))`;
  const starts = `const { spawn } = require("child_process"); spawn(process.execPath, ["-e", ${JSON.stringify(listens)}, "--", "--secret=1"], { stdio: ["ignore", "ignore", "ignore", "ipc"] }).on("message", (m) => process.send(m)); process.on("disconnect", () => process.exit())`;
  const parent = spawn(process.execPath, ["-e", starts], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  await new Promise((resolve) => parent.on("message", resolve));
  const found = await look(parent.pid ?? 0);
  expect(found).toMatchObject({
    processes: 2,
    listeners: [{ process: "node", protocol: "tcp", address: "0.0.0.0", port: spare, reachable: true, verdict: "unexpected" }],
  });
  expect(JSON.stringify(found)).not.toContain("secret");

  const { statement } = await getStatement(ctx("viewer"), {});
  expect(statement.platform).toEqual({
    at: clock.now().toISOString(),
    machines: 1,
    unknown: 0,
    listeners: 1,
    unexpected: 1,
    reachable: [{ protocol: "tcp", port: spare, purpose: null, expected: false }],
  });
  await expect(getPlatform(ctx("viewer"), {})).rejects.toMatchObject({ code: "forbidden" });

  clock.advance(300_000);
  expect((await getPlatform(ctx(), {})).machines).toMatchObject([{ stale: true }]);
  expect((await getStatement(ctx(), {})).statement.platform).toMatchObject({ at: null, machines: 1, unknown: 1, listeners: 0 });
});
