import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { checkLedger } from "@/device/simulator/check-ledger";
import type { LedgerRow } from "@/device/simulator/ledger";
import { ledgerHash } from "@/device/simulator/ledger-hash";
import { readEnv } from "@/lib/base/env";
import { parseSocketTable } from "@/lib/base/socket-table";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { eventually } from "@/lib/testing/eventually";
import { storedReadings } from "@/lib/testing/stored-readings";
import { type GrantedDevice, grantedDevices, type TestBroker, testBroker } from "@/lib/testing/test-broker";
import { ensureTlsFiles } from "@/services/supervisor/tls-certificate";
import { type Agent, type AgentOptions, createAgent } from "./index";

let db: TestDatabase;
let broker: TestBroker;
beforeAll(async () => {
  db = await testDatabase();
  broker = await testBroker(db);
});
afterAll(async () => {
  await broker.stop();
  await db.close();
});

const quick = { network: { baseMs: 20, capMs: 100 }, refused: { baseMs: 20, capMs: 100 } };

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function oneDevice(): Promise<GrantedDevice> {
  const [device] = await grantedDevices(db, 1);
  if (!device) throw new Error("no device");
  return device;
}

function agentFor(device: GrantedDevice, options: Partial<AgentOptions> & { bufferDir: string }): Agent {
  return createAgent({ host: "127.0.0.1", port: broker.port, fleet: device.fleetId, device: device.id, token: device.token, backOff: quick, ...options });
}

/** Reports a value and keeps the ledger of it, as the simulator does for its devices. */
function keepLedger(agent: Agent, device: GrantedDevice) {
  const rows = new Map<number, LedgerRow>();
  agent.on("acknowledged", (seq) => {
    const row = rows.get(seq);
    if (row) row.acknowledgedAt ??= Date.now();
  });
  return {
    rows,
    async report(value: number) {
      const time = Date.now();
      const seq = await agent.report({ temperature: { value, unit: "Cel" } }, time);
      rows.set(seq, { device: device.id, seq, hash: ledgerHash(seq, [{ metric: "temperature", value, time }]), sentAt: time, acknowledgedAt: null });
    },
  };
}

const storedOf = async (device: GrantedDevice) => (await storedReadings(db.database)).filter((row) => row.device === device.id);

test("offline, online, a broker that restarts, an agent that restarts: 0 lost, 0 doubled, in order", async () => {
  const device = await oneDevice();
  const bufferDir = temporaryFolder();
  await broker.stop();
  let agent = agentFor(device, { bufferDir });
  const rows = new Map<number, LedgerRow>();
  let ledger = keepLedger(agent, device);
  for (let i = 0; i < 300; i++) await ledger.report(i);
  expect(agent.status()).toMatchObject({ isConnected: false, waiting: 300, dropped: 0 });

  // The program ends while nothing could be sent; its successor finds everything.
  await agent.stop();
  for (const [seq, row] of ledger.rows) rows.set(seq, row);
  agent = agentFor(device, { bufferDir });
  ledger = keepLedger(agent, device);
  for (const [seq, row] of rows) ledger.rows.set(seq, row);
  const { port } = broker;
  broker = await testBroker(db, { port });
  await eventually(() => expect(agent.status().waiting).toBeLessThan(300));
  // It goes again in the middle of the backlog.
  await broker.stop();
  for (let i = 300; i < 400; i++) await ledger.report(i);
  broker = await testBroker(db, { port });
  await eventually(() => expect(agent.status()).toMatchObject({ isConnected: true, waiting: 0, dropped: 0 }));
  await agent.stop();

  const report = checkLedger({ sent: [...ledger.rows.values()], stored: await storedOf(device) });
  expect(report).toMatchObject({ lost: [], invented: [], doubled: [], orderViolations: 0, sent: 400, acknowledged: 400, stored: 400 });
});

test("refused credentials are told, with what to do, and a renewed token is taken up", async () => {
  const device = await oneDevice();
  const [other] = await grantedDevices(db, 1);
  let token: string | undefined = other?.token;
  const agent = agentFor(device, { bufferDir: temporaryFolder(), token: () => token });
  onTestFinished(() => agent.stop());
  const failure = await new Promise((resolve) => agent.once("failed", resolve));
  expect(failure).toMatchObject({ kind: "refused", hint: expect.stringContaining("token") });
  token = device.token;
  await eventually(() => expect(agent.status().isConnected).toBe(true));
});

test("by TLS: with the installation's authority, and refused to trust without it", async () => {
  const folder = temporaryFolder();
  const tls = await ensureTlsFiles({ ...readEnv({}), DATA_DIR: folder }, new Date());
  const secure = await testBroker(db, { tls });
  onTestFinished(() => secure.stop());
  const device = await oneDevice();
  const port = secure.tlsPort ?? 0;
  const trusting = agentFor(device, { bufferDir: path.join(folder, "a"), port, tls: { ca: readFileSync(path.join(folder, "tls/ca.crt")) } });
  onTestFinished(() => trusting.stop());
  const seq = await trusting.report({ temperature: 21.4 });
  await eventually(async () => expect(await storedOf(device)).toMatchObject([{ seq, value: 21.4 }]));
  const doubting = agentFor(device, { bufferDir: path.join(folder, "b"), port, tls: true });
  onTestFinished(() => doubting.stop());
  const failure = await new Promise((resolve) => doubting.once("failed", resolve));
  expect(failure).toMatchObject({ kind: "certificate", hint: expect.stringContaining("--ca") });
});

test("a posture report arrives", async () => {
  const device = await oneDevice();
  const agent = agentFor(device, { bufferDir: temporaryFolder() });
  onTestFinished(() => agent.stop());
  await new Promise<void>((resolve) => agent.once("connected", resolve));
  const metrics = { listening_tcp_ports: { ports: [{ port: 22 }], total: 1 }, listening_udp_ports: { ports: [], total: 0 } };
  expect(await agent.sendPosture({ header: { report_id: 1, version: "1.0" }, metrics })).toBe(true);
  expect(await db.database.prisma.postureReport.findUnique({ where: { deviceId: device.id } })).toMatchObject({ listeningTcp: 1, listeningUdp: 0 });
});

/** The command, as a person starts it. */
function startCommand(device: GrantedDevice, folder: string): { child: ChildProcess; output: () => string } {
  const tokenFile = path.join(folder, "token");
  writeFileSync(tokenFile, device.token, { mode: 0o600 });
  const address = ["--host", "127.0.0.1", "--port", String(broker.port)];
  const child = spawn(process.execPath, [
    "--import",
    "tsx",
    "device/agent/main.ts",
    ...address,
    "--token-file",
    tokenFile,
    "--buffer",
    path.join(folder, "buffer"),
    "--interval",
    "1",
  ]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, output: () => output };
}

/** Sockets of the process that anybody could talk to: TCP that listens, UDP that is bound. By the kernel's own list. */
function openSockets(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    parseSocketTable(readFileSync(`/proc/${pid}/net/${table}`, "utf8"), { littleEndian: os.endianness() === "LE" })
      .filter(({ inode, state }) => inodes.has(String(inode)) && (table.startsWith("udp") || state === 0x0a))
      .map(({ localAddress, localPort }) => `${table} ${localAddress}:${localPort}`),
  );
}

test.skipIf(process.platform !== "linux")("the command reports this host, listens nowhere, and says goodbye", { timeout: 60_000 }, async () => {
  const device = await oneDevice();
  const { child, output } = startCommand(device, temporaryFolder());
  await eventually(async () => expect(new Set((await storedOf(device)).map(({ metric }) => metric))).toContain("cpu"));
  const metrics = new Set((await storedOf(device)).map(({ metric }) => metric));
  for (const metric of ["cpu", "memory", "load", "disk", "network_in", "network_out", "buffer_waiting"]) expect(metrics).toContain(metric);
  await eventually(async () => expect(await db.database.prisma.postureReport.count({ where: { deviceId: device.id } })).toBe(1));
  expect(openSockets(child.pid ?? 0)).toEqual([]);
  expect(openSockets(process.pid)).toContain(`tcp 127.0.0.1:${broker.port}`); // The broker's end: the check can fail.
  const connected = readFileSync(`/proc/${child.pid}/net/tcp`, "utf8");
  expect(connected).toContain(`:${broker.port.toString(16).toUpperCase().padStart(4, "0")} 01`);

  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  await eventually(async () =>
    expect(await db.database.prisma.session.findFirst({ where: { deviceId: device.id } })).toMatchObject({ disconnectReason: "CLIENT_INITIATED_DISCONNECT" }),
  );
  expect(output()).toContain("connected to 127.0.0.1");
  expect(output()).not.toContain(device.token);
});

test.skipIf(process.platform !== "linux")(
  "killed without warning: its successor sends what was kept, under the same numbers",
  { timeout: 60_000 },
  async () => {
    const device = await oneDevice();
    const folder = temporaryFolder();
    const { port } = broker;
    await broker.stop();
    const { child, output } = startCommand(device, folder);
    await eventually(() => expect(output()).toContain("nothing listens there"));
    await eventually(() => expect(readdirSync(path.join(folder, "buffer")).some((name) => name.endsWith(".segment"))).toBe(true));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    broker = await testBroker(db, { port });
    startCommand(device, folder);
    await eventually(async () => expect(new Set((await storedOf(device)).map(({ seq }) => seq)).size).toBeGreaterThan(2));
    const seqs = [...new Set((await storedOf(device)).map(({ seq }) => seq))].sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  },
);
