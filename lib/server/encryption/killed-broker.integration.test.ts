import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Agent, createAgent } from "@/device/agent";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { type RealProcess, startProcess } from "@/lib/testing/real-process";
import { storedReadings } from "@/lib/testing/stored-readings";
import { rotateKeys } from "./rotate-keys";

/** The broker as a process of its own, so that it can be killed without a word. */
let stage: EncryptionStage;
let broker: RealProcess;
let agent: Agent | undefined;
const folder = mkdtempSync(path.join(tmpdir(), "sp-killed-"));

const startBroker = () =>
  startProcess(process.execPath, ["--import", "tsx", "services/broker/main.ts"], {
    env: stage.processEnv,
    ready: (output) => output.includes("broker is ready"),
    limitMs: 50_000,
  });

beforeAll(async () => {
  stage = await encryptionStage();
  await stage.stopBroker();
  broker = await startBroker();
});
afterAll(async () => {
  await agent?.stop();
  await broker?.kill();
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("kill -9 in the middle of messages and of a rotation: nothing acknowledged is lost, nothing is stored twice", { timeout: 120_000 }, async () => {
  const device = await stage.device("required");
  const acknowledged = new Set<number>();
  const running = createAgent({
    host: "127.0.0.1",
    port: stage.port,
    fleet: device.fleetId,
    device: device.id,
    token: device.token,
    bufferDir: folder,
    encryption: "required",
    backOff: { network: { baseMs: 20, capMs: 200 } },
  });
  agent = running;
  running.on("acknowledged", (seq) => acknowledged.add(seq));
  const sent: number[] = [];
  const send = async (count: number) => {
    for (let index = 0; index < count; index++) sent.push(await running.report({ t: sent.length }));
  };
  await send(200);
  await eventually(() => expect(acknowledged.size).toBeGreaterThan(50));
  await broker.kill();
  await send(200);
  broker = await startBroker();
  await rotateKeys(stage.context, { deviceId: device.id, reason: "crash" });
  await send(100);
  await broker.kill();
  await send(100);
  broker = await startBroker();
  await eventually(() => expect(running.status()).toMatchObject({ waiting: 0, keyVersion: 2, dropped: 0 }));
  await running.report({ t: sent.length }).then((seq) => sent.push(seq));
  await eventually(async () => {
    const stored = (await storedReadings(stage.db.database)).filter((row) => row.device === device.id);
    expect(stored.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(sent);
    expect(stored.toSorted((a, b) => a.seq - b.seq).map(({ value }) => value)).toEqual(sent.map((_, index) => index));
  });
  // What was stored and not acknowledged came again, and was told apart.
  const rejected = await stage.db.database.prisma.rejectedMessage.findMany({ where: { deviceId: device.id }, select: { reason: true } });
  expect(rejected.filter(({ reason }) => reason !== "replayed_sequence")).toEqual([]);
  const keys = await stage.db.database.prisma.contentKey.findMany({ where: { deviceId: device.id }, orderBy: { version: "asc" } });
  expect(keys.reduce((sum, { messages }) => sum + Number(messages), 0)).toBe(sent.length);
  await eventually(async () =>
    expect(
      await stage.db.database.prisma.contentKey.findMany({ where: { deviceId: device.id }, orderBy: { version: "asc" }, select: { state: true } }),
    ).toEqual([{ state: "grace" }, { state: "active" }]),
  );
});
