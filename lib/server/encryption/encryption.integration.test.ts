import { createSecretKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Agent, type AgentOptions, createAgent } from "@/device/agent";
import { aesGcm } from "@/lib/base/aes-gcm";
import { sealEnvelope } from "@/lib/protocol/envelope/seal-envelope";
import { encodeTelemetry } from "@/lib/protocol/telemetry";
import { topics } from "@/lib/protocol/topics";
import { type EncryptionStage, encryptionStage } from "@/lib/testing/encryption-stage";
import { eventually } from "@/lib/testing/eventually";
import { storedReadings } from "@/lib/testing/stored-readings";
import { acceptDeviceKey } from "./accept-device-key";
import { rotateKeys } from "./rotate-keys";
import { setProfileEncryption } from "./set-profile-encryption";

let stage: EncryptionStage;
beforeAll(async () => {
  stage = await encryptionStage();
});
afterAll(() => stage?.close());

type Device = Awaited<ReturnType<EncryptionStage["device"]>>;

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "sp-keys-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Ends by itself with the test, unless it has ended before. */
function startAgent(device: Device, options: Partial<AgentOptions> = {}): Agent {
  const agent = createAgent({
    host: "127.0.0.1",
    port: stage.port,
    fleet: device.fleetId,
    device: device.id,
    token: device.token,
    bufferDir: folder(),
    encryption: "required",
    backOff: { network: { baseMs: 20, capMs: 100 } },
    ...options,
  });
  onTestFinished(() => agent.stop());
  return agent;
}

const valuesOf = async ({ id }: Device) => (await storedReadings(stage.db.database)).filter(({ device }) => device === id).map(({ value }) => value);
const keysOf = ({ id }: Device) => stage.db.database.prisma.contentKey.findMany({ where: { deviceId: id }, orderBy: { version: "asc" } });
const rejectedOf = async ({ id }: Device) =>
  (await stage.db.database.prisma.rejectedMessage.findMany({ where: { deviceId: id }, orderBy: { reason: "asc" } })).map(({ reason, count }) => [
    reason,
    count,
  ]);
const usesKey = (agent: Agent, version: number) => eventually(() => expect(agent.status().keyVersion).toBe(version));

/** A client with the device's token that sends any bytes at all. Answers once it is acknowledged: stored or rejected. */
async function rawClient(device: Device) {
  const client = await mqtt.connectAsync({
    protocol: "mqtt",
    host: "127.0.0.1",
    port: stage.port,
    protocolVersion: 4,
    clientId: "",
    username: device.id,
    password: device.token,
  });
  onTestFinished(() => void client.end(true));
  return async (payload: Uint8Array | string, kind: "telemetry" | "key" = "telemetry") => {
    await client.publishAsync(topics.up(device.fleetId, device.id, kind), Buffer.from(payload), { qos: 1 });
  };
}

async function contentKey(device: Device, version: number) {
  const row = await stage.db.database.prisma.contentKey.findUniqueOrThrow({ where: { deviceId_version: { deviceId: device.id, version } } });
  return createSecretKey(stage.context.secrets.unwrap(row.keyWrapped ?? new Uint8Array()));
}

/** A device that has its first key, and that agent gone again. */
async function enrolled(): Promise<Device> {
  const device = await stage.device("required");
  const agent = startAgent(device);
  await usesKey(agent, 1);
  await agent.stop();
  return device;
}

test("encryption required: everything arrives, and who hears all of the wire learns no name and no value", async () => {
  const device = await stage.device("required");
  const { heard } = await stage.eavesdropper();
  const agent = startAgent(device);
  const sent = Array.from({ length: 30 }, (_, index) => 7_654_321.25 + index);
  for (const value of sent) await agent.report({ canary_pressure: { value, unit: "canary" } });
  await eventually(async () => expect(await valuesOf(device)).toEqual(sent));
  await eventually(() => expect(heard.filter(({ topic }) => topic.includes(`${device.id}/up/telemetry`))).toHaveLength(30));
  const everything = heard
    .map(({ topic, payload }) => `${topic} ${payload.toString("latin1")} ${Buffer.from(payload.toString(), "base64url").toString("latin1")}`)
    .join("\n");
  expect(everything).not.toMatch(/canary|76543[0-9]{2}\.25/);
  expect(everything).not.toContain((await contentKey(device, 1)).export({ format: "jwk" }).k ?? "");
  await eventually(async () => expect(await keysOf(device)).toMatchObject([{ version: 1, state: "active", messages: 30n }]));
  expect(await rejectedOf(device)).toEqual([]);
});

test("in the open where that is not allowed: a leak, counted, and passed on to nobody", async () => {
  const device = await enrolled();
  const { heard } = await stage.eavesdropper();
  const send = await rawClient(device);
  await send(encodeTelemetry(device.id, 1, Date.now(), new Map([["leaked", { value: 1 }]])));
  expect(await rejectedOf(device)).toEqual([["plaintext_not_allowed", 1]]);
  expect(await valuesOf(device)).toEqual([]);
  const optional = await stage.device("optional");
  const sendOptional = await rawClient(optional);
  await sendOptional(encodeTelemetry(optional.id, 1, Date.now(), new Map([["open", { value: 1 }]])));
  expect(await valuesOf(optional)).toEqual([1]);
  expect(heard.map(({ payload }) => payload.toString()).join()).not.toContain("leaked");
  await expect(setProfileEncryption(stage.context, { profileId: optional.profileId, encryption: "required" })).resolves.toMatchObject({
    encryption: "required",
  });
  await eventually(async () => {
    await sendOptional(encodeTelemetry(optional.id, 2, Date.now(), new Map([["open", { value: 2 }]])));
    expect(await rejectedOf(optional)).toMatchObject([["plaintext_not_allowed", expect.any(Number)]]);
  });
  // The rule was made when a profile became `required`.
  await eventually(async () => {
    const fired = await stage.db.database.prisma.alert.findMany({ where: { state: "firing" }, select: { deviceId: true, rule: { select: { name: true } } } });
    expect(fired).toContainEqual({ deviceId: optional.id, rule: { name: "Sent in the open" } });
  });
});

describe("what is not as it was sealed is refused, each with its own reason", () => {
  const jwe = ["cut_tag", "replayed_sequence", "tampered", "unknown_key", "wrong_topic"].map((reason) => [reason, 1]);
  // COSE carries no topic and no device, and a cut one is no CBOR any more.
  const cose = [
    ["malformed_envelope", 1],
    ["replayed_sequence", 1],
    ["tampered", 2],
    ["unknown_key", 1],
  ];

  test.each([
    ["jwe", jwe, "wrong_device"],
    ["cose", cose, "tampered"],
  ] as const)("%s", async (format, refused, elsewhere) => {
    const device = await enrolled();
    const other = await enrolled();
    const key = await contentKey(device, 1);
    const send = await rawClient(device);
    const sendAsOther = await rawClient(other);
    const base = Date.now() + 1_000;
    const seal = (number: number, options: { version?: number; kind?: "telemetry" | "posture" } = {}) => {
      const seq = base + number;
      const plain = Buffer.from(encodeTelemetry(device.id, seq, Date.now(), new Map([["t", { value: number }]])));
      const binding = { device: device.id, topic: topics.up(device.fleetId, device.id, options.kind ?? "telemetry"), seq };
      return sealEnvelope(aesGcm, { key, version: options.version ?? 1 }, binding, plain, format);
    };
    const flipped = seal(2);
    // Another letter of base64url, so that it is still an envelope.
    flipped[flipped.length - 40] = flipped[flipped.length - 40] === 65 ? 66 : 65;
    const first = seal(1);
    await send(first);
    await send(first);
    await send(flipped);
    await send(first.slice(0, -2));
    await send(seal(3, { version: 9 }));
    await send(seal(4, { kind: "posture" }));
    await sendAsOther(first);
    await send(seal(5));
    expect(await valuesOf(device)).toEqual([1, 5]);
    expect(await valuesOf(other)).toEqual([]);
    expect(await rejectedOf(device)).toEqual(refused);
    expect(await rejectedOf(other)).toEqual([[elsewhere, 1]]);
  });
});

describe("rotation", () => {
  test("a device that is there: announced, received, used on the wire; the old version is taken a while, then refused", async () => {
    const device = await stage.device("required");
    const agent = startAgent(device);
    await usesKey(agent, 1);
    await agent.report({ t: 1 });
    await eventually(async () => expect(await keysOf(device)).toMatchObject([{ state: "active", messages: 1n }]));
    const oldKey = await contentKey(device, 1);
    const { rotationId } = await rotateKeys(stage.context, { deviceId: device.id, reason: "test", overlapSeconds: 0 });
    await usesKey(agent, 2);
    await eventually(async () =>
      expect(await keysOf(device)).toMatchObject([{ state: "active" }, { state: "next", rotationId, receivedAt: expect.any(Date), firstSeenAt: null }]),
    );
    await agent.report({ t: 2 });
    await eventually(async () => expect(await keysOf(device)).toMatchObject([{ state: "retired" }, { state: "active", messages: 1n }]));
    const send = await rawClient(device);
    const seq = Date.now() + 5;
    const sealed = sealEnvelope(
      aesGcm,
      { key: oldKey, version: 1 },
      { device: device.id, topic: topics.up(device.fleetId, device.id, "telemetry"), seq },
      Buffer.from('{"t":3}'),
    );
    await eventually(async () => {
      await send(sealed);
      expect((await rejectedOf(device)).map(([reason]) => reason)).toContain("retired_key");
    });
    expect(await valuesOf(device)).toEqual([1, 2]);
  });

  test("away through two rotations, with messages kept on its disk: it gets the newest, and all of them are stored", async () => {
    const device = await stage.device("required");
    const bufferDir = folder();
    const before = startAgent(device, { bufferDir });
    await usesKey(before, 1);
    await before.report({ t: 1 });
    await eventually(async () => expect(await keysOf(device)).toMatchObject([{ state: "active" }]));
    await before.stop();
    const away = startAgent(device, { bufferDir, port: 1 });
    for (let value = 2; value <= 20; value++) await away.report({ t: value });
    await rotateKeys(stage.context, { deviceId: device.id, reason: "one" });
    await rotateKeys(stage.context, { deviceId: device.id, reason: "two" });
    // Dropped at once when it was not sent to anybody yet; either way it never opens anything.
    expect((await keysOf(device)).map(({ state }) => state)).toEqual(["active", expect.stringMatching(/next|retired/), "next"]);
    await away.stop();
    const back = startAgent(device, { bufferDir });
    await usesKey(back, 3);
    await back.report({ t: 21 });
    await eventually(async () => expect(await valuesOf(device)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1)));
    await eventually(async () =>
      expect((await keysOf(device)).map(({ state, messages }) => [state, messages])).toEqual([
        ["grace", 20n],
        ["retired", 0n],
        ["active", 1n],
      ]),
    );
    expect(await rejectedOf(device)).toEqual([]);
  });

  test("another fleet's admin rotates nothing here", async () => {
    const device = await enrolled();
    await expect(rotateKeys({ ...stage.context, fleetId: "flt_0000000000000000" }, { deviceId: device.id, reason: "x" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

test("a key pair that is not the pinned one is refused; once a person accepts it, the device gets a new key and nothing else opens", async () => {
  const device = await enrolled();
  const stranger = startAgent(device);
  await eventually(async () => expect(await rejectedOf(device)).toEqual([["public_key_changed", 1]]));
  const pinned = await stage.db.database.prisma.deviceKey.findUniqueOrThrow({ where: { deviceId: device.id } });
  expect(pinned.offeredThumbprint).not.toBeNull();
  expect(stranger.status().keyVersion).toBeNull();
  await expect(acceptDeviceKey(stage.context, { deviceId: device.id, thumbprint: "another" })).rejects.toMatchObject({ code: "conflict" });
  await acceptDeviceKey(stage.context, { deviceId: device.id, thumbprint: pinned.offeredThumbprint ?? "" });
  await usesKey(stranger, 2);
  await stranger.report({ t: 1 });
  await eventually(async () => expect(await valuesOf(device)).toEqual([1]));
  expect((await keysOf(device)).map(({ state }) => state)).toEqual(["retired", expect.stringMatching(/next|active/)]);
});

test("a broker that restarts has forgotten no sequence number and no key", async () => {
  const device = await stage.device("required");
  const agent = startAgent(device);
  await usesKey(agent, 1);
  const seq = await agent.report({ t: 1 });
  await eventually(async () => expect(await valuesOf(device)).toEqual([1]));
  const replay = sealEnvelope(
    aesGcm,
    { key: await contentKey(device, 1), version: 1 },
    { device: device.id, topic: topics.up(device.fleetId, device.id, "telemetry"), seq },
    Buffer.from('{"t":9}'),
  );
  await stage.stopBroker();
  await agent.report({ t: 2 });
  await stage.startBroker();
  await eventually(async () => expect(await valuesOf(device)).toEqual([1, 2]));
  const send = await rawClient(device);
  await send(replay);
  expect(await rejectedOf(device)).toEqual([["replayed_sequence", 1]]);
  expect(await valuesOf(device)).toEqual([1, 2]);
});
