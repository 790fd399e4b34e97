import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Agent, type ApplyState, createAgent } from "@/device/agent";
import { hostSettings } from "@/device/agent/state/host-settings";
import { isEnvelope } from "@/lib/protocol/envelope/envelope";
import { topics } from "@/lib/protocol/topics";
import { makeContext } from "@/lib/testing/context";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { changeDevice } from "../devices/change-device";
import { listDevices } from "../devices/list-devices";
import { getDeviceState } from "./get-device-state";
import { listStateChanges } from "./list-state-changes";
import { getProfileState, setProfileState } from "./profile-state";
import { setDesired } from "./set-desired";

/** Broker, worker and agents are the real ones. */
let stage: EncryptionStage;
beforeAll(async () => {
  stage = await encryptionStage();
});
afterAll(() => stage?.close());

type Device = Awaited<ReturnType<EncryptionStage["device"]>>;
const defaults = { reportEverySeconds: 5, logLevel: "info" as const };
const settings = () => hostSettings({ defaults, reportEvery() {}, setLogLevel() {} });

function startAgent(device: Device, onDesired: ApplyState = settings(), bufferDir = mkdtempSync(path.join(tmpdir(), "sp-state-"))): Agent {
  const agent = createAgent({
    host: "127.0.0.1",
    port: stage.port,
    fleet: device.fleetId,
    device: device.id,
    token: device.token,
    bufferDir,
    onDesired,
    backOff: { network: { baseMs: 20, capMs: 100 } },
  });
  onTestFinished(async () => {
    await agent.stop();
    rmSync(bufferDir, { recursive: true, force: true });
  });
  return agent;
}

const state = ({ id }: { id: string }) => getDeviceState(stage.context, { deviceId: id });
const statuses = async (device: Device) => Object.fromEntries((await state(device)).values.map(({ path: at, status }) => [at, status]));
const desire = ({ id }: { id: string }, desired: Record<string, unknown>) => setDesired(stage.context, { deviceId: id, desired });

/** Any MQTT client with the device's token: docs/state.md in a few lines. */
async function simpleDevice(device: Device) {
  const client = await mqtt.connectAsync({
    host: "127.0.0.1",
    port: stage.port,
    protocolVersion: 4,
    username: device.id,
    password: device.token,
    clientId: device.id,
  });
  onTestFinished(() => void client.end(true));
  const heard: { version: number; desired: unknown }[] = [];
  client.on("message", (_topic, payload) => void heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(topics.down(device.fleetId, device.id, "state"), { qos: 1 });
  const say = (report: object) => client.publishAsync(topics.up(device.fleetId, device.id, "state"), JSON.stringify(report), { qos: 1 });
  return { heard, say, end: () => client.endAsync(true) };
}

describe("what is desired reaches the device, and what became of it comes back", () => {
  test("set while it is away, applied when it comes, an error for what it does not take, and since when", async () => {
    const device = await stage.device("off");
    const set = await desire(device, { reportEverySeconds: 30, fan: { speed: 3 } });
    expect(set).toMatchObject({ version: 1, appliedVersion: 0, status: "pending" });
    startAgent(device);
    await eventually(async () => expect(await statuses(device)).toEqual({ "fan.speed": "error", logLevel: null, reportEverySeconds: "in_sync" }));
    const { values, appliedVersion, status } = await state(device);
    expect({ appliedVersion, status }).toEqual({ appliedVersion: 1, status: "error" });
    expect(values[0]).toMatchObject({ path: "fan.speed", desired: 3, source: "device", error: "This agent has no such setting." });
    expect(values[1]).toMatchObject({ path: "reportEverySeconds", desired: 30, reported: 30, since: expect.any(String), error: null });
    // Taken back while it is connected.
    await desire(device, { fan: null });
    await eventually(async () => expect(await state(device)).toMatchObject({ appliedVersion: 2, status: "in_sync" }));
    const history = await listStateChanges(stage.context, { deviceId: device.id });
    expect(history.items.map(({ side, by, changes }) => [side, by, changes.map((change) => change.path).join()])).toEqual([
      ["device", "Test admin", "fan.speed"],
      ["reported", "", "reportEverySeconds,fan.speed"],
      // What it was before it heard.
      ["reported", "", "reportEverySeconds"],
      ["device", "Test admin", "fan.speed,reportEverySeconds"],
    ]);
  });

  test("a simple client is told when it asks, again after it lost everything, and after a restart of the broker", async () => {
    const device = await stage.device("off");
    let client = await simpleDevice(device);
    await desire(device, { valve: "open" });
    await eventually(() => expect(client.heard).toMatchObject([{ version: 1, desired: { valve: "open" } }]));
    await client.say({ version: 1, reported: { valve: "open" } });
    await eventually(async () => expect((await state(device)).status).toBe("in_sync"));
    await client.say({ version: 0 });
    await eventually(() => expect(client.heard).toHaveLength(2));
    // Nothing is retained: who never says a word is sent it all the same, once it is connected again.
    await desire(device, { valve: "shut" });
    await eventually(() => expect(client.heard.at(-1)).toMatchObject({ version: 2 }));
    await client.end();
    await stage.stopBroker();
    await stage.startBroker();
    client = await simpleDevice(device);
    await eventually(() => expect(client.heard.at(-1)).toMatchObject({ version: 2, desired: { valve: "shut" } }));
  });

  test("what is no report is refused with its place, and nothing of it is kept", async () => {
    const device = await stage.device("off");
    const client = await simpleDevice(device);
    await client.say({ reported: { "a.b": 1 } });
    await client.say({ reported: { a: 1 }, patch: {} });
    const rejected = await stage.db.database.prisma.rejectedMessage.findMany({ where: { deviceId: device.id } });
    expect(rejected).toMatchObject([{ reason: "bad_shape", count: 2 }]);
    expect((await state(device)).reported).toEqual({});
  });
});

test("a profile's defaults go under each device's own state, also for one that joins later", async () => {
  const device = await stage.device("off");
  await desire(device, { logLevel: "debug" });
  await setProfileState(stage.context, { profileId: device.profileId, desired: { logLevel: "warn", reportEverySeconds: 60 } });
  const late = await makeDevice(stage.db.database, stage.fleetId, { profileId: device.profileId });
  await eventually(async () => expect((await state(device)).desired).toEqual({ logLevel: "debug", reportEverySeconds: 60 }));
  await eventually(async () => expect((await state(late)).desired).toEqual({ logLevel: "warn", reportEverySeconds: 60 }));
  expect((await state(device)).values.map(({ path: at, source }) => [at, source])).toEqual([
    ["logLevel", "device"],
    ["reportEverySeconds", "profile"],
  ]);
  // Its own value gone, the default holds again.
  expect((await desire(device, { logLevel: null })).desired).toEqual({ logLevel: "warn", reportEverySeconds: 60 });
  const { items } = await listDevices(stage.context, { q: "desired:pending" });
  expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([device.id, late.id]));
  expect((await listDevices(stage.context, { q: `desired:in_sync id:${device.id}` })).total).toBe(0);
});

test("where encryption is required both ways go in the envelope, and a report that is played back changes nothing", async () => {
  const device = await stage.device("required");
  await desire(device, { reportEverySeconds: 30 });
  const { client, heard } = await stage.eavesdropper();
  startAgent(device);
  await eventually(async () => expect(await state(device)).toMatchObject({ status: "in_sync", heldBack: null }));
  await desire(device, { reportEverySeconds: 40 });
  await eventually(async () => expect(await state(device)).toMatchObject({ appliedVersion: 2, reported: { reportEverySeconds: 40 } }));
  const own = heard.filter(({ topic }) => topic.endsWith(`${device.id}/up/state`) || topic.endsWith(`${device.id}/down/state`));
  expect(own.length).toBeGreaterThanOrEqual(4);
  expect(own.every(({ payload }) => isEnvelope(payload))).toBe(true);
  const old = own.find(({ topic }) => topic.endsWith("/up/state"));
  const { number } = await numberOf(device);
  const message = { deviceId: device.id, fleetId: device.fleetId, receivedAt: new Date(), number: number - 1n, report: { version: 1, reported: {} } };
  await stage.db.database.prisma.deviceStateMessage.create({ data: message });
  await eventually(async () => expect(await stage.db.database.prisma.deviceStateMessage.count({ where: { deviceId: device.id } })).toBe(0));
  expect(await state(device)).toMatchObject({ appliedVersion: 2, reported: { reportEverySeconds: 40 } });
  // In the open the device believes nothing, and the platform takes nothing.
  client.publish(
    topics.down(device.fleetId, device.id, "state"),
    JSON.stringify({ version: 9, desired: { reportEverySeconds: 1 }, at: new Date().toISOString() }),
  );
  await desire(device, { reportEverySeconds: 50 });
  await eventually(async () => expect(await state(device)).toMatchObject({ appliedVersion: 3, reported: { reportEverySeconds: 50 } }));
  expect(old).toBeDefined();
});

const numberOf = async ({ id }: Device) => ({
  number: (await stage.db.database.prisma.deviceState.findUniqueOrThrow({ where: { deviceId: id } })).reportNumber,
});

describe("who may, and when", () => {
  test("somebody else was faster: a conflict that says so", async () => {
    const device = await stage.device("off");
    await desire(device, { a: 1 });
    const late = setDesired(stage.context, { deviceId: device.id, desired: { a: 2 }, version: 0 });
    await expect(late).rejects.toMatchObject({ code: "conflict", fields: [{ path: "version" }] });
    expect(await setDesired(stage.context, { deviceId: device.id, desired: { a: 2 }, version: 1 })).toMatchObject({ version: 2 });
    const changes = Array.from({ length: 8 }, (_, b) => setDesired(stage.context, { deviceId: device.id, desired: { b }, version: 2 }));
    const settled = await Promise.allSettled(changes);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("another fleet's device and profile do not exist; viewers look, support does neither; retired devices are left alone", async () => {
    const device = await stage.device("off");
    const { id: fleetId } = await makeFleet(stage.db.database);
    const stranger = makeContext(stage.db.database, { fleetId });
    const [deviceId, profileId] = [device.id, device.profileId];
    for (const attempt of [
      () => getDeviceState(stranger, { deviceId }),
      () => listStateChanges(stranger, { deviceId }),
      () => setDesired(stranger, { deviceId, desired: {} }),
      () => getProfileState(stranger, { profileId }),
      () => setProfileState(stranger, { profileId, desired: {} }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
    const as = (role: "viewer" | "support") => makeContext(stage.db.database, { fleetId: stage.fleetId, role });
    await expect(getDeviceState(as("viewer"), { deviceId })).resolves.toMatchObject({ version: 0 });
    await expect(getDeviceState(as("support"), { deviceId })).rejects.toMatchObject({ code: "forbidden" });
    await expect(setDesired(as("viewer"), { deviceId, desired: { a: 1 } })).rejects.toMatchObject({ code: "forbidden" });
    await changeDevice(stage.context, { deviceId, lifecycle: "retired" });
    await expect(desire(device, { a: 1 })).rejects.toMatchObject({ code: "conflict" });
  });

  test("a sealed fleet has no states: the platform could not read them", async () => {
    const { database } = stage.db;
    const { id: fleetId } = await makeFleet(database);
    const { id: deviceId } = await makeDevice(database, fleetId);
    await database.prisma.sealedFleet.create({ data: { fleetId, root: "x", openedAt: new Date(), openedBy: "x" } });
    const inside = makeContext(database, { fleetId });
    await expect(setDesired(inside, { deviceId, desired: { a: 1 } })).rejects.toMatchObject({ code: "sealed" });
    expect(await getDeviceState(inside, { deviceId })).toMatchObject({ heldBack: "sealed", version: 0 });
  });
});
