import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { CommandView } from "@/lib/domain/commands/command-view";
import type { Role } from "@/lib/domain/members/permissions";
import { commandMessageSchema } from "@/lib/protocol/command";
import type { RejectReason } from "@/lib/protocol/telemetry";
import { topics } from "@/lib/protocol/topics";
import { type FakeClock, fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import type { Actor } from "../context";
import { type KeyRing, openKeyRing } from "../encryption/key-ring";
import { createApiKey } from "../members/create-api-key";
import { drainOutbox } from "../outbox/index";
import { handleSessionEvents } from "../presence/handle-session-events";
import { getCatalogue, setCatalogue } from "./catalogue";
import { CommandDesk } from "./command-desk";
import { approveCommand, cancelCommand, rejectCommand } from "./decide-command";
import { deliverCommands } from "./deliver-commands";
import { endCommands } from "./end-commands";
import { getCommand, listCommands, listDeviceCommands } from "./read-commands";
import { sendCommand } from "./send-command";

let db: TestDatabase;
let ring: KeyRing;
let clock: FakeClock;
let fleetId: string;
let device: { id: string; fleetId: string; profileId: string };
let sessions = 100n;
const sent: { topic: string; payload: string }[] = [];
const log = createLog("test", "silent");

beforeAll(async () => {
  db = await testDatabase();
  ring = openKeyRing({ url: db.url, database: db.database, secrets: testSecrets(), log });
  await ring.loaded;
});
afterAll(async () => {
  await ring?.close();
  await db?.close();
});
beforeEach(async () => {
  clock = fakeClock();
  sent.length = 0;
  await db.database.prisma.fleet.deleteMany();
  await db.database.prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  device = await makeDevice(db.database, fleetId);
});

const as = (role: Role = "operator", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, clock, role });
const person = (name: string): Actor => ({ kind: "user", id: newId("user"), name, roles: new Map([[fleetId, "admin"]]) });
const by = (actor: Actor) => makeContext(db.database, { fleetId, clock, actor });
const code = (expected: string) => expect.objectContaining({ code: expected });
const state = async (id: string) => (await getCommand(as(), { commandId: id })).state;

/** The device connects, and presence is told. */
async function connect(): Promise<void> {
  const run =
    (await db.database.prisma.brokerRun.findFirst({ orderBy: { id: "desc" } })) ?? (await db.database.prisma.brokerRun.create({ data: { node: "test" } }));
  await db.database.prisma.brokerRun.update({ where: { id: run.id }, data: { aliveAt: clock.now() } });
  const number = ++sessions;
  await makeSession(db.database, device, { number, brokerRunId: run.id, connectedAt: clock.now() });
  await db.database.prisma.sessionEvent.create({ data: { fleetId, deviceId: device.id, sessionNumber: number, kind: "connected", at: clock.now() } });
  await handleSessionEvents({ database: db.database, clock, log });
}
async function deliver(): Promise<void> {
  const ctx = { database: db.database, clock, log, secrets: testSecrets() };
  const publisher = { publish: async (topic: string, payload: string) => void sent.push({ topic, payload }) };
  await drainOutbox(ctx, { "command.deliver": deliverCommands(ctx, publisher) });
}
const sendLevel = (rest: object = {}) => sendCommand(as(), { deviceId: device.id, name: "log-level", parameters: { level: "debug" }, ...rest });

/** What the device says; answers what it was rejected for. */
async function answer(id: string, said: unknown, from = device): Promise<RejectReason | undefined> {
  let rejected: RejectReason | undefined;
  const desk = new CommandDesk({
    database: db.database,
    keys: ring,
    clock,
    log,
    reject: (_message, reason, _detail, done) => {
      rejected = reason;
      done();
    },
  });
  const payload = Buffer.isBuffer(said) ? said : Buffer.from(JSON.stringify(said));
  const topic = topics.commandAnswer(from.fleetId, from.id, id);
  const message = { topic, payload, fleetId: from.fleetId, deviceId: from.id, subject: from.id, receivedAt: clock.now().getTime() };
  await new Promise<void>((resolve) => desk.take(message, resolve));
  await desk.close();
  return rejected;
}

describe("a command", () => {
  test("goes to a device that is there; its answers are kept with their times", async () => {
    await connect();
    const asked = await sendLevel();
    expect(asked).toMatchObject({ state: "queued", requestedBy: "Test operator", parameters: { level: "debug", minutes: 60 }, cancellable: true });
    await deliver();
    expect(sent.map(({ topic }) => topic)).toEqual([topics.command(fleetId, device.id, asked.id)]);
    const message = commandMessageSchema.parse(JSON.parse(sent[0]?.payload ?? ""));
    expect(message).toMatchObject({ id: asked.id, name: "log-level", parameters: { level: "debug", minutes: 60 }, issuedAt: asked.issuedAt });
    expect(Date.parse(message.expiresAt) - Date.parse(message.issuedAt)).toBe(86_400_000);
    expect(await getCommand(as(), { commandId: asked.id })).toMatchObject({ state: "sent", sentCount: 1, sentAt: clock.now().toISOString() });
    clock.advance(300);
    await answer(asked.id, { state: "delivered" });
    await answer(asked.id, { state: "running", progress: 30 });
    expect(await getCommand(as(), { commandId: asked.id })).toMatchObject({ state: "running", progress: 30, cancellable: false });
    await answer(asked.id, { state: "succeeded", result: { level: "debug" } });
    expect(await getCommand(as(), { commandId: asked.id })).toMatchObject({
      state: "succeeded",
      result: { level: "debug" },
      endedAt: clock.now().toISOString(),
      late: null,
    });
  });

  test("is sent again until the device says that it has it, then not any more", async () => {
    await connect();
    const asked = await sendLevel();
    await deliver();
    clock.advance(2_000);
    await deliver();
    expect(sent).toHaveLength(2);
    await answer(asked.id, { state: "delivered" });
    clock.advance(60_000);
    await deliver();
    expect(sent).toHaveLength(2);
  });

  test("waits for a device that is away, and goes out when it is back; nobody calls it delivered before the device does", async () => {
    const asked = await sendLevel();
    await deliver();
    expect(sent).toEqual([]);
    expect(await state(asked.id)).toBe("queued");
    clock.advance(60_000);
    await connect();
    await deliver();
    expect(sent).toHaveLength(1);
    expect(await state(asked.id)).toBe("sent");
  });

  test("that does not wait is refused for a device that is away, and ends when it goes before the sending", async () => {
    await expect(sendCommand(as(), { deviceId: device.id, name: "identify" })).rejects.toThrow(code("conflict"));
    await connect();
    const asked = await sendCommand(as(), { deviceId: device.id, name: "identify" });
    await db.database.prisma.session.updateMany({ where: { deviceId: device.id }, data: { disconnectedAt: clock.now() } });
    await deliver();
    expect(await getCommand(as(), { commandId: asked.id })).toMatchObject({ state: "expired", error: { code: "away" } });
  });

  test("expires when it never got there, times out when it got there; a late answer is noted and changes nothing", async () => {
    const [lost, slow] = [await sendLevel(), await sendLevel()];
    await answer(slow.id, { state: "running" });
    clock.advance(59_999);
    expect(await endCommands({ database: db.database, clock, log })).toBe(0);
    clock.advance(1);
    expect(await endCommands({ database: db.database, clock, log })).toBe(1);
    clock.advance(86_400_000);
    await endCommands({ database: db.database, clock, log });
    expect([await state(lost.id), await state(slow.id)]).toEqual(["expired", "timed_out"]);
    const before = await getCommand(as(), { commandId: slow.id });
    expect(await answer(slow.id, { state: "succeeded", result: 1 })).toBeUndefined();
    expect(await getCommand(as(), { commandId: slow.id })).toEqual({ ...before, late: { state: "succeeded", at: clock.now().toISOString() } });
  });

  test("that was cancelled is not sent; what a device has cannot be cancelled", async () => {
    const asked = await sendLevel();
    expect(await cancelCommand(as(), { commandId: asked.id })).toMatchObject({ state: "cancelled", cancelledBy: "Test operator" });
    await connect();
    await deliver();
    expect(sent).toEqual([]);
    const other = await sendLevel();
    await answer(other.id, { state: "delivered" });
    await expect(cancelCommand(as(), { commandId: other.id })).rejects.toThrow(code("conflict"));
  });
});

describe("an answer", () => {
  test("that is malformed, too large, of another device, or to no command is rejected with its reason; the next one is taken", async () => {
    const asked = await sendLevel();
    expect(await answer(asked.id, Buffer.from("{"))).toBe("not_json");
    expect(await answer(asked.id, { state: "done" })).toBe("bad_shape");
    expect(await answer(asked.id, { state: "succeeded", result: "a\0b" })).toBe("bad_shape");
    expect(await answer(asked.id, { state: "succeeded", result: "x".repeat(9_000) })).toBe("too_large");
    expect(await answer(newId("command"), { state: "succeeded" })).toBe("unknown_command");
    const neighbour = await makeDevice(db.database, fleetId);
    expect(await answer(asked.id, { state: "succeeded" }, neighbour)).toBe("unknown_command");
    const stranger = await makeDevice(db.database, (await makeFleet(db.database)).id);
    expect(await answer(asked.id, { state: "succeeded" }, { ...stranger, id: device.id })).toBe("unknown_command");
    expect(await state(asked.id)).toBe("queued");
    expect(await answer(asked.id, { state: "succeeded" })).toBeUndefined();
    expect(await state(asked.id)).toBe("succeeded");
  });

  test("in the open is rejected where the profile requires encryption, and a command in the open is not sent there", async () => {
    await db.database.prisma.profile.update({ where: { id: device.profileId }, data: { encryption: "required" } });
    await ring.refresh([device.id]);
    await connect();
    const asked = await sendLevel();
    await deliver();
    expect(sent).toEqual([]);
    expect(await answer(asked.id, { state: "succeeded" })).toBe("plaintext_not_allowed");
  });
});

describe("a dangerous command", () => {
  const restart = (actor: Actor): Promise<CommandView> => sendCommand(by(actor), { deviceId: device.id, name: "restart" });

  test("waits for a second admin; the requester, a key of theirs and a process are none", async () => {
    const [ann, ben] = [person("Ann"), person("Ben")];
    await connect();
    const asked = await restart(ann);
    expect(asked).toMatchObject({ state: "waiting", own: true, decidable: false, issuedAt: null });
    await deliver();
    expect(sent).toEqual([]);
    expect(await answer(asked.id, { state: "succeeded" })).toBe("unknown_command");
    await expect(approveCommand(by(ann), { commandId: asked.id })).rejects.toThrow(code("forbidden"));
    await expect(approveCommand(by({ kind: "system", id: "cli", name: "Command line" }), { commandId: asked.id })).rejects.toThrow(code("forbidden"));
    const made = await createApiKey(by(ben), { name: "ben's", role: "admin" });
    const key: Actor = { kind: "apiKey", id: made.apiKey.id, name: "ben's", fleetId, role: "admin" };
    const byKey = await restart(key);
    for (const actor of [key, ben]) await expect(approveCommand(by(actor), { commandId: byKey.id })).rejects.toThrow(code("forbidden"));
    expect((await getCommand(by(ben), { commandId: asked.id })).decidable).toBe(true);
    clock.advance(3_600_000);
    await connect();
    const approved = await approveCommand(by(ben), { commandId: asked.id, comment: "go" });
    expect(approved).toMatchObject({ state: "queued", decidedBy: "Ben", comment: "go", issuedAt: clock.now().toISOString() });
    await deliver();
    expect(sent).toHaveLength(1);
    await expect(approveCommand(by(ben), { commandId: asked.id })).rejects.toThrow(code("conflict"));
    const audit = await db.database.prisma.auditEvent.findMany({ where: { objectId: asked.id }, orderBy: { id: "asc" } });
    expect(audit.map(({ action, actorName }) => `${action} ${actorName}`)).toEqual(["command.requested Ann", "command.approved Ben"]);
  });

  test("rejected, withdrawn or left alone for a day it is never sent", async () => {
    const [ann, ben] = [person("Ann"), person("Ben")];
    const [rejected, withdrawn, left] = [await restart(ann), await restart(ann), await restart(ann)];
    expect(await rejectCommand(by(ben), { commandId: rejected.id, comment: "not now" })).toMatchObject({ state: "cancelled", comment: "not now" });
    expect(await cancelCommand(by(ann), { commandId: withdrawn.id })).toMatchObject({ state: "cancelled" });
    clock.advance(86_400_000);
    await expect(approveCommand(by(ben), { commandId: left.id })).rejects.toThrow(code("expired"));
    await endCommands({ database: db.database, clock, log });
    expect(await state(left.id)).toBe("expired");
    await connect();
    await deliver();
    expect(sent).toEqual([]);
  });
});

describe("sending", () => {
  test("twice with one key is once, also at the same time; another command with it is a conflict", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => sendLevel({ idempotencyKey: "k1" })));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect((await sendLevel({ idempotencyKey: "k1" })).id).toBe(answers[0]?.id);
    await expect(sendLevel({ idempotencyKey: "k1", parameters: { level: "warn" } })).rejects.toThrow(code("conflict"));
    expect((await listDeviceCommands(as(), { deviceId: device.id })).total).toBe(1);
  });

  test("is checked against the profile's catalogue", async () => {
    await expect(sendCommand(as(), { deviceId: device.id, name: "explode" })).rejects.toThrow(code("invalid_input"));
    await expect(sendLevel({ parameters: { level: "loud" } })).rejects.toMatchObject({ fields: [{ path: "parameters.level" }] });
    expect(await getCatalogue(as(), { profileId: device.profileId })).toMatchObject({ standard: true });
    const note = { name: "note", title: "Note", queue: true, parameters: [{ kind: "text", name: "text", title: "Text", maxLength: 1_000 }] } as const;
    const lists = Array.from({ length: 9 }, (_, i) => ({ ...note.parameters[0], name: `text${i}` }));
    await setCatalogue(as("admin"), { profileId: device.profileId, commands: [{ ...note, parameters: lists }] });
    await expect(sendLevel()).rejects.toThrow(code("invalid_input"));
    const long = Object.fromEntries(lists.map(({ name }) => [name, "x".repeat(1_000)]));
    await expect(sendCommand(as(), { deviceId: device.id, name: "note", parameters: long })).rejects.toThrow(code("too_large"));
    await setCatalogue(as("admin"), { profileId: device.profileId, commands: null });
    expect(await getCatalogue(as(), { profileId: device.profileId })).toMatchObject({ standard: true });
  });

  test("is for admins and operators, in their own fleet, to active devices, within a bound", async () => {
    for (const role of ["support", "viewer"] as const)
      await expect(sendCommand(as(role), { deviceId: device.id, name: "identify" })).rejects.toThrow(code("forbidden"));
    await expect(setCatalogue(as(), { profileId: device.profileId, commands: [] })).rejects.toThrow(code("forbidden"));
    const other = (await makeFleet(db.database)).id;
    const stranger = as("admin", other);
    const asked = await sendLevel();
    await expect(sendCommand(stranger, { deviceId: device.id, name: "log-level", parameters: { level: "info" } })).rejects.toThrow(code("not_found"));
    for (const verb of [approveCommand, rejectCommand, cancelCommand, getCommand])
      await expect(verb(stranger, { commandId: asked.id })).rejects.toThrow(code("not_found"));
    await expect(listDeviceCommands(stranger, { deviceId: device.id })).rejects.toThrow(code("not_found"));
    await expect(getCatalogue(stranger, { profileId: device.profileId })).rejects.toThrow(code("not_found"));
    expect(await listCommands(stranger, {})).toMatchObject({ items: [], total: 0 });
    await db.database.prisma.device.update({ where: { id: device.id }, data: { lifecycle: "suspended" } });
    await expect(sendLevel()).rejects.toThrow(code("conflict"));
  });

  test("shows support what was asked and when, and neither parameters nor answer", async () => {
    const asked = await sendLevel();
    await answer(asked.id, { state: "failed", result: { secret: 1 }, error: { code: "broken", message: "secret" } });
    expect(await getCommand(as("support"), { commandId: asked.id })).toMatchObject({
      state: "failed",
      parameters: null,
      result: null,
      error: { code: "broken", message: "" },
    });
    const audited = await db.database.prisma.auditEvent.findFirstOrThrow({ where: { objectId: asked.id } });
    expect(audited.after).toEqual({ deviceId: device.id, name: "log-level", parameters: ["level", "minutes"] });
    expect(await getCommand(as("viewer"), { commandId: asked.id })).toMatchObject({ parameters: { level: "debug" }, result: { secret: 1 } });
  });

  test("lists page by page, newest first", async () => {
    for (let i = 0; i < 3; i++) {
      await sendLevel();
      clock.advance(1);
    }
    const first = await listDeviceCommands(as(), { deviceId: device.id, limit: 2 });
    const second = await listDeviceCommands(as(), { deviceId: device.id, limit: 2, cursor: first.nextCursor ?? "" });
    const times = [...first.items, ...second.items].map(({ requestedAt }) => requestedAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect({ total: first.total, second: second.items.length, end: second.nextCursor }).toEqual({ total: 3, second: 1, end: null });
  });
});

test("a sealed fleet is refused, with its own code", async () => {
  await db.database.prisma.sealedFleet.create({ data: { fleetId, root: "x", openedAt: clock.now(), openedBy: "X" } });
  await expect(sendLevel()).rejects.toThrow(code("sealed"));
});
