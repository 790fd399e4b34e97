import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { CommandMessage } from "@/lib/protocol/command";
import { topics } from "@/lib/protocol/topics";
import { setCatalogue } from "@/lib/server/commands/catalogue";
import { getCommand } from "@/lib/server/commands/read-commands";
import { sendCommand } from "@/lib/server/commands/send-command";
import { openMqtt } from "@/lib/testing/broker-fleet";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { createAgent } from "../index";
import type { CommandHandlers } from "./command-runner";

/** Real broker, worker and agent: from the verb to the device and back. */
let stage: EncryptionStage;
beforeAll(async () => {
  stage = await encryptionStage();
});
afterAll(() => stage?.close());

const VALVE = {
  name: "set-valve",
  title: "Set the valve",
  queue: true,
  parameters: [{ kind: "number" as const, name: "percent", title: "Opening", min: 0, max: 100 }],
};
type Device = Awaited<ReturnType<EncryptionStage["device"]>>;

async function deviceWithValve(encryption: "off" | "required" = "off"): Promise<Device & { folder: string }> {
  const device = await stage.device(encryption);
  await setCatalogue(stage.context, { profileId: device.profileId, commands: [VALVE] });
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-command-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { ...device, folder };
}
function agentOf(device: Device & { folder: string }, commands: CommandHandlers) {
  const { id, fleetId, token, folder } = device;
  const backOff = { network: { baseMs: 20, capMs: 100 }, refused: { baseMs: 20, capMs: 100 } };
  const agent = createAgent({ host: "127.0.0.1", port: stage.port, fleet: fleetId, device: id, token, bufferDir: folder, backOff, commands });
  onTestFinished(() => agent.stop());
  return agent;
}
const send = (device: Device, percent = 40) => sendCommand(stage.context, { deviceId: device.id, name: "set-valve", parameters: { percent } });
const becomes = (commandId: string, expected: object) => eventually(async () => expect(await getCommand(stage.context, { commandId })).toMatchObject(expected));

test("waits while the device is away, is done once when it is back, over a restart of the agent too", async () => {
  const device = await deviceWithValve();
  const set = vi.fn(({ parameters }) => ({ percent: parameters.percent }));
  const { id } = await send(device);
  const agent = agentOf(device, { "set-valve": set });
  await becomes(id, { state: "succeeded", result: { percent: 40 }, late: null });
  await agent.stop();
  agentOf(device, { "set-valve": set });
  const next = await send(device, 50);
  await becomes(next.id, { state: "succeeded", result: { percent: 50 } });
  expect(set).toHaveBeenCalledTimes(2);
});

test("in the envelope where there is a key: nobody on the way reads it, and a made-up answer or command does nothing", async () => {
  const device = await deviceWithValve("required");
  const { client, heard } = await stage.eavesdropper();
  let finish = () => {};
  const set = vi.fn(() => new Promise<string>((resolve) => (finish = () => resolve("turned"))));
  agentOf(device, { "set-valve": set });
  const { id } = await send(device, 77);
  await becomes(id, { state: "delivered" });
  const down = heard.filter(({ topic }) => topic === topics.command(device.fleetId, device.id, id)).map(({ payload }) => payload.toString());
  expect(down.length).toBeGreaterThan(0);
  for (const payload of down) expect(payload).toMatch(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  const at = new Date();
  const made: CommandMessage = {
    id: "cmd_made_up",
    name: "set-valve",
    parameters: { percent: 0 },
    issuedAt: at.toISOString(),
    expiresAt: new Date(at.getTime() + 60_000).toISOString(),
  };
  await client.publishAsync(topics.command(device.fleetId, device.id, made.id), JSON.stringify(made), { qos: 1 });
  await client.publishAsync(topics.commandAnswer(device.fleetId, device.id, id), JSON.stringify({ state: "failed" }), { qos: 1 });
  // The agent's refusal of what was made up comes back as an answer to no command.
  await eventually(async () =>
    expect(await stage.db.database.prisma.rejectedMessage.findMany({ where: { deviceId: device.id } })).toMatchObject([{ reason: "unknown_command" }]),
  );
  expect(set).toHaveBeenCalledTimes(1);
  finish();
  await becomes(id, { state: "succeeded", result: "turned", late: null });
});

test("another device's token answers for nobody else", async () => {
  const [device, thief] = [await deviceWithValve(), await stage.device("off")];
  const { id } = await send(device);
  const wire = await openMqtt(stage.port, { username: thief.id, clientId: thief.id, token: thief.token });
  const answer = Buffer.from(JSON.stringify({ state: "succeeded" }));
  wire.send({ cmd: "publish", topic: topics.commandAnswer(device.fleetId, device.id, id), payload: answer, qos: 1, dup: false, retain: false, messageId: 1 });
  await wire.closed;
  expect(await getCommand(stage.context, { commandId: id })).toMatchObject({ state: "queued" });
});

const python = ["python3", "/usr/bin/python3"].find((one) => {
  try {
    execFileSync(one, ["-c", "import paho.mqtt.client"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

test.skipIf(!python)(`commands.py${python ? "" : " (skipped: apt install python3-paho-mqtt)"}`, async () => {
  const device = await deviceWithValve();
  const tokenFile = path.join(device.folder, "token");
  writeFileSync(tokenFile, device.token, { mode: 0o600 });
  const env = {
    ...process.env,
    SALLYPORT_PORT: String(stage.port),
    SALLYPORT_FLEET: device.fleetId,
    SALLYPORT_DEVICE: device.id,
    SALLYPORT_TOKEN_FILE: tokenFile,
    SALLYPORT_STATE: path.join(device.folder, "state.json"),
  };
  const child = spawn(python ?? "", ["device/examples/commands.py"], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const { id } = await send(device, 12.5);
  await becomes(id, { state: "succeeded", result: { percent: 12.5 }, deliveredAt: expect.any(String) });
  await setCatalogue(stage.context, { profileId: device.profileId, commands: [{ name: "explode", title: "Explode" }] });
  const other = await sendCommand(stage.context, { deviceId: device.id, name: "explode" });
  await becomes(other.id, { state: "rejected", error: { code: "unknown_command" } });
});
