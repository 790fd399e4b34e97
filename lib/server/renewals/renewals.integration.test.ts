import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newIdentityKey, signHomePass } from "@/device/agent/claim/claim-identity";
import { readStoredClaim, writeStoredClaim } from "@/device/agent/claim/claim-store";
import { runClaim } from "@/device/agent/claim/run-claim";
import { createAgent } from "@/device/agent/index";
import { homeTopics } from "@/lib/protocol/home";
import { openMqtt } from "@/lib/testing/broker-fleet";
import { type ClaimStage, claimStage } from "@/lib/testing/claim-stage";
import { makeContext } from "@/lib/testing/context";
import { cuttingProxy } from "@/lib/testing/cutting-proxy";
import { eventually } from "@/lib/testing/eventually";
import { makeFleet } from "@/lib/testing/factories";
import { agedToken } from "@/lib/testing/renewal-stage";
import { changeDevice } from "../devices/change-device";
import { revokeToken } from "../tokens/revoke-token";
import { askRenewal } from "./ask-renewal";
import { approveRenewal, denyRenewal } from "./decide-renewal";

let stage: ClaimStage;
beforeAll(async () => {
  stage = await claimStage();
});
afterAll(() => stage.close());

const silent = { info() {}, warn() {}, error() {} };
const prisma = () => stage.db.database.prisma;

/** A claimed device whose token is as old as said; the folder is all that it is. */
async function claimed(age?: { ageDays: number; lifeDays: number }) {
  const { raw } = await stage.claim();
  const folder = stage.folder();
  const { given } = await runClaim({ host: "127.0.0.1", port: stage.port, code: raw, folder, log: silent });
  if (age) await hold(folder, age);
  return { folder, device: given.device };
}

async function hold(folder: string, age: { ageDays: number; lifeDays: number }): Promise<void> {
  const claim = readStoredClaim(folder) ?? expect.fail();
  const given = claim.given ?? expect.fail();
  const { token, tokenId } = await agedToken(stage, given.device, age);
  writeStoredClaim(folder, { ...claim, given: { ...given, token, tokenId } });
}

function plugIn({ folder, device }: { folder: string; device: string }, port = stage.port) {
  const agent = createAgent({
    host: "127.0.0.1",
    port,
    fleet: stage.fleetId,
    device,
    token: "",
    bufferDir: folder,
    identityDir: folder,
    backOff: { network: { baseMs: 50, capMs: 50 }, refused: { baseMs: 50, capMs: 100 } },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= agent.stop());
  onTestFinished(stop);
  return { agent, stop };
}

const heldBy = (folder: string) => readStoredClaim(folder);
const liveTokens = async (deviceId: string) =>
  (await prisma().accessToken.findMany({ where: { deviceId, revokedAt: null, expiresAt: { gt: new Date() } }, select: { id: true } })).map(({ id }) => id);

/** The device holds exactly the one token that is live, and says so. */
async function renewedOnce({ folder, device }: { folder: string; device: string }, before: string): Promise<void> {
  await eventually(async () => {
    const claim = heldBy(folder);
    expect(claim?.next).toBeUndefined();
    expect(claim?.given?.tokenId).not.toBe(before);
    expect(await liveTokens(device)).toEqual([claim?.given?.tokenId]);
    expect(await prisma().deviceRenewal.findUnique({ where: { deviceId: device } })).toMatchObject({ state: "stored", tokenId: claim?.given?.tokenId });
  });
}
const tokenIn = (folder: string) => heldBy(folder)?.given?.tokenId ?? "";

test("at two thirds of its life a token is exchanged: same rights and life, the old one ends when the new one is stored", async () => {
  const device = await claimed({ ageDays: 70, lifeDays: 90 });
  const before = tokenIn(device.folder);
  const { agent } = plugIn(device);
  await renewedOnce(device, before);
  const [old, fresh] = await Promise.all([before, tokenIn(device.folder)].map((id) => prisma().accessToken.findUniqueOrThrow({ where: { id } })));
  expect(fresh).toMatchObject({ replacesId: before, scopes: old?.scopes, label: "aged", renews: true });
  expect(Number(fresh?.expiresAt) - Number(fresh?.issuedAt)).toBe(90 * 86_400_000);
  expect(old).toMatchObject({ revokedReason: "renewed" });
  await eventually(() => expect(agent.status().isConnected).toBe(true));
  expect(await prisma().refusal.findMany({ where: { subject: device.device } })).toEqual([]);
});

test("a young token stays, until the platform asks", async () => {
  const device = await claimed();
  const before = tokenIn(device.folder);
  const { agent } = plugIn(device);
  await eventually(() => expect(agent.status().isConnected).toBe(true));
  const elsewhere = makeContext(stage.db.database, { fleetId: (await makeFleet(stage.db.database)).id });
  await expect(askRenewal(elsewhere, { deviceId: device.device })).rejects.toMatchObject({ code: "not_found" });
  expect(tokenIn(device.folder)).toBe(before);
  await askRenewal(stage.context, { deviceId: device.device });
  await renewedOnce(device, before);
});

describe("the way home", () => {
  test("a token that ended within the grace is followed by another one, by the identity key alone", async () => {
    const device = await claimed({ ageDays: 100, lifeDays: 90 });
    const before = tokenIn(device.folder);
    const { agent } = plugIn(device);
    await renewedOnce(device, before);
    await eventually(() => expect(agent.status().isConnected).toBe(true));
    expect(await prisma().deviceRenewal.findUnique({ where: { deviceId: device.device } })).toMatchObject({ via: "home" });
  });

  test.each<[string, "late" | "revoked"]>([
    ["after the grace", "late"],
    ["when a person took its token back", "revoked"],
  ])("%s a person agrees first, and may say no", async (_, how) => {
    const device = await claimed(how === "late" ? { ageDays: 200, lifeDays: 90 } : { ageDays: 10, lifeDays: 90 });
    const before = tokenIn(device.folder);
    if (how === "revoked") await revokeToken(stage.context, { tokenId: before, reason: "leaked" });
    const { stop } = plugIn(device);
    const state = async () => (await prisma().deviceRenewal.findUnique({ where: { deviceId: device.device } }))?.state;
    await eventually(async () => expect(await state()).toBe("waiting"));
    expect(await liveTokens(device.device)).toEqual([]);
    const elsewhere = makeContext(stage.db.database, { fleetId: (await makeFleet(stage.db.database)).id });
    await expect(approveRenewal(elsewhere, { deviceId: device.device })).rejects.toMatchObject({ code: "not_found" });
    await denyRenewal(stage.context, { deviceId: device.device });
    await stop();
    const again = plugIn(device);
    await approveRenewal(stage.context, { deviceId: device.device });
    await renewedOnce(device, before);
    await again.stop();
  });

  test.each(["suspended", "retired"] as const)("a device that is %s gets nothing", async (lifecycle) => {
    const device = await claimed({ ageDays: 100, lifeDays: 90 });
    await changeDevice(stage.context, { deviceId: device.device, lifecycle });
    const refused: string[] = [];
    const agent = createAgent({
      host: "127.0.0.1",
      port: stage.port,
      fleet: stage.fleetId,
      device: device.device,
      token: "",
      bufferDir: device.folder,
      identityDir: device.folder,
      log: { ...silent, error: (...words: unknown[]) => void refused.push(JSON.stringify(words)) },
    });
    onTestFinished(() => agent.stop());
    await eventually(() => expect(refused.join()).toContain(`"code":"${lifecycle}"`));
    expect(await liveTokens(device.device)).toEqual([]);
  });

  test("who has the key may ask for its own, and for nothing else; who has another key is nobody", async () => {
    const { folder } = await claimed();
    const key = heldBy(folder)?.identityKey ?? expect.fail();
    const stranger = newIdentityKey();
    const [pass, strange] = await Promise.all([signHomePass(key), signHomePass(stranger)]);
    const applicant = JSON.parse(Buffer.from(pass.split(".")[1] ?? "", "base64url").toString()).sub;
    const other = JSON.parse(Buffer.from(strange.split(".")[1] ?? "", "base64url").toString()).sub;
    const connect = (username: string, token: string) => openMqtt(stage.port, { username, token, clientId: "" });
    await expect(connect(other, strange)).rejects.toThrow("refused with 4");
    await expect(connect(applicant, strange)).rejects.toThrow("refused with 4");
    await expect(connect(applicant, `${pass.slice(0, -4)}AAAA`)).rejects.toThrow("refused with 4");
    for (const topic of ["#", "sp/v1/#", "sp/v1/home/+/down", homeTopics.down(other), `sp/v1/${stage.fleetId}/+/presence`]) {
      const raw = await connect(applicant, pass);
      raw.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos: 1 }] });
      expect(await raw.next(({ cmd }) => cmd === "suback")).toMatchObject({ granted: [0x80] });
      raw.end();
    }
    const raw = await connect(applicant, pass);
    raw.send({ cmd: "publish", topic: homeTopics.up(other), payload: Buffer.from("{}"), qos: 1, messageId: 1, dup: false, retain: false });
    await raw.closed;
  });
});

describe.each<[string, { ageDays: number; lifeDays: number }]>([
  ["over its own topics", { ageDays: 70, lifeDays: 90 }],
  ["on the way home", { ageDays: 100, lifeDays: 90 }],
])("the connection breaks at each packet %s", (_, age) => {
  /** Nothing passes any more from packet `cutAt` on, and what is on the disk then is all that is left of this device. */
  const cutOnce = async (device: { folder: string; device: string }, cutAt: number) => {
    await hold(device.folder, age);
    const before = tokenIn(device.folder);
    const proxy = await cuttingProxy({ to: stage.port, cutAt });
    const { stop } = plugIn(device, proxy.port);
    // A run may need a packet less than the first one did.
    const isDone = () => heldBy(device.folder)?.next === undefined && tokenIn(device.folder) !== before;
    await eventually(() => expect(proxy.seen.length === cutAt || isDone()).toBe(true));
    await stop();
    await proxy.close();
    const again = plugIn(device);
    await renewedOnce(device, before);
    await again.stop();
  };

  test("it ends with one token that holds", { timeout: 120_000 }, async () => {
    const first = await claimed(age);
    const unharmed = await cuttingProxy({ to: stage.port });
    const before = tokenIn(first.folder);
    const { stop } = plugIn(first, unharmed.port);
    await renewedOnce(first, before);
    const seen = [...unharmed.seen];
    await stop();
    await unharmed.close();
    const devices = [first, ...(await Promise.all([claimed(), claimed(), claimed()]))];
    // A lost acknowledgement leaves what a loss of the packet after it leaves.
    const cuts = seen.flatMap((packet, index) => (packet.endsWith("puback") ? [] : [index + 1]));
    const turns = devices.map(async (device) => {
      for (let cutAt = cuts.shift(); cutAt !== undefined; cutAt = cuts.shift()) await cutOnce(device, cutAt);
    });
    await Promise.all(turns);
  });
});
