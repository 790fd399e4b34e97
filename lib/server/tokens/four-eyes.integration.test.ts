import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { GrantRequestInput } from "@/lib/domain/tokens/grant-request";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import type { Actor } from "../context";
import { createApiKey } from "../members/create-api-key";
import {
  approveGrantRequest,
  changeTokenPolicy,
  collectGrant,
  ensureSigningKey,
  grantDeviceToken,
  grantToken,
  listGrantRequests,
  previewGrant,
  readTokenPolicy,
  rejectGrantRequest,
  withdrawGrantRequest,
} from "./index";

let db: TestDatabase;
let fleetId: string;
let devices: string[];
const person = (name: string): Actor => ({ kind: "user", id: newId("user"), name, roles: new Map([[fleetId, "admin"]]) });
const as = (actor: Actor, rest: object = {}) => makeContext(db.database, { fleetId, actor, ...rest });
let ann: Actor;
let ben: Actor;
let cleo: Actor;

beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  devices = [];
  for (let i = 0; i < 3; i++) devices.push((await makeDevice(db.database, fleetId)).id);
  [ann, ben, cleo] = [person("Ann"), person("Ben"), person("Cleo")];
  await changeTokenPolicy(as(ann), { fourEyes: true });
});
afterAll(() => db?.close());

const WIDE: GrantRequestInput = {
  subject: { kind: "service", name: "bridge" },
  ttl: 60,
  permissions: { patterns: { devices: { "": { read: ["up/telemetry"] } } }, meta: { order: 7 } },
};
const code = (expected: string) => expect.objectContaining({ code: expected });
async function ask(actor: Actor = ann, request = WIDE, rest: object = {}): Promise<string> {
  const answer = await grantToken(as(actor, rest), request);
  if (answer.outcome !== "waiting") throw new Error(answer.outcome);
  return answer.grantRequestId;
}
const tokens = () => db.database.prisma.accessToken.count({ where: { fleetId } });

describe("the policy", () => {
  test("is the fleet's own, changed by admins only, and audited", async () => {
    const other = (await makeFleet(db.database)).id;
    const admin = makeContext(db.database, { fleetId: other });
    expect(await readTokenPolicy(admin, {})).toEqual({ maxMinutes: 525_600, fourEyes: false, longFromMinutes: 129_600, homeGraceDays: 30 });
    expect(await changeTokenPolicy(admin, { maxMinutes: 60 })).toEqual({ maxMinutes: 60, fourEyes: false, longFromMinutes: 129_600, homeGraceDays: 30 });
    expect((await readTokenPolicy(as(ann), {})).maxMinutes).toBe(525_600);
    for (const role of ["operator", "support", "viewer"] as const)
      await expect(changeTokenPolicy(makeContext(db.database, { fleetId: other, role }), { maxMinutes: 5 })).rejects.toThrow(code("forbidden"));
    await expect(changeTokenPolicy(as(ann), { maxMinutes: 525_601 })).rejects.toThrow(code("invalid_input"));
    const audited = await db.database.prisma.auditEvent.findFirstOrThrow({ where: { fleetId: other, action: "token_policy.changed" } });
    expect(audited).toMatchObject({ before: { maxMinutes: 525_600 }, after: { maxMinutes: 60 } });
  });
});

describe("a wide grant", () => {
  test("waits; another admin agrees; who asked collects the token, once", async () => {
    const before = await tokens();
    expect((await previewGrant(as(ann), WIDE)).reasons).toEqual(["reads_most"]);
    const id = await ask();
    expect(await tokens()).toBe(before);
    await expect(collectGrant(as(ann), { grantRequestId: id })).rejects.toThrow(code("conflict"));
    await expect(approveGrantRequest(as(ann), { grantRequestId: id })).rejects.toThrow(code("forbidden"));
    expect(await approveGrantRequest(as(ben), { grantRequestId: id, comment: "fine" })).toEqual({ id, state: "approved" });
    await expect(collectGrant(as(ben), { grantRequestId: id })).rejects.toThrow(code("forbidden"));
    const granted = await collectGrant(as(ann), { grantRequestId: id });
    expect(granted.scopes).toEqual([{ permission: "allow", action: "subscribe", topic: `sp/v1/${fleetId}/+/up/telemetry` }]);
    await expect(collectGrant(as(ann), { grantRequestId: id })).rejects.toThrow(code("conflict"));
    const row = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: granted.tokenId } });
    expect(row).toMatchObject({ grantedBy: "Ann, approved by Ben", meta: { order: 7 } });
    const listed = (await listGrantRequests(as(cleo), {})).items.find((item) => item.id === id);
    expect(listed).toMatchObject({
      state: "collected",
      requestedBy: "Ann",
      decidedBy: "Ben",
      comment: "fine",
      tokenId: granted.tokenId,
      own: false,
      decidable: false,
    });
    const events = await db.database.prisma.auditEvent.findMany({ where: { objectId: id }, orderBy: { id: "asc" } });
    expect(events.map(({ action, actorName }) => `${action} ${actorName}`)).toEqual(["grant.requested Ann", "grant.approved Ben"]);
  });

  test("what is approved is what is granted: devices that match later are not in it", async () => {
    await db.database.prisma.device.updateMany({ where: { id: { in: devices.slice(0, 2) } }, data: { firmware: "9.9" } });
    const id = await ask(ann, { ...WIDE, permissions: { patterns: { devices: { "firmware:9.9": { read: ["up/telemetry"] } } } } });
    await db.database.prisma.device.updateMany({ where: { fleetId }, data: { firmware: "9.9" } });
    await approveGrantRequest(as(ben), { grantRequestId: id });
    const { scopes } = await collectGrant(as(ann), { grantRequestId: id });
    expect(scopes.map(({ topic }) => topic.split("/")[3]).toSorted()).toEqual(devices.slice(0, 2).toSorted());
  });

  test("rejected, withdrawn and over it is never collected", async () => {
    const [rejected, withdrawn, over] = [await ask(), await ask(), await ask()];
    await rejectGrantRequest(as(ben), { grantRequestId: rejected, comment: "too wide" });
    await expect(withdrawGrantRequest(as(ben), { grantRequestId: withdrawn })).rejects.toThrow(code("forbidden"));
    await approveGrantRequest(as(ben), { grantRequestId: withdrawn });
    await withdrawGrantRequest(as(ann), { grantRequestId: withdrawn });
    for (const grantRequestId of [rejected, withdrawn]) await expect(collectGrant(as(ann), { grantRequestId })).rejects.toThrow(code("conflict"));
    const clock = fakeClock(new Date(Date.now() + 7 * 86_400_000 + 1_000));
    await expect(approveGrantRequest(as(ben, { clock }), { grantRequestId: over })).rejects.toThrow(code("expired"));
    expect((await listGrantRequests(as(ben, { clock }), {})).items.find(({ id }) => id === over)).toMatchObject({ state: "over", decidable: false });
  });

  test("the policy of the day it is collected bounds its lifetime", async () => {
    const id = await ask();
    await approveGrantRequest(as(ben), { grantRequestId: id });
    await changeTokenPolicy(as(ben), { maxMinutes: 30 });
    await expect(collectGrant(as(ann), { grantRequestId: id })).rejects.toThrow(code("invalid_input"));
    await changeTokenPolicy(as(ben), { maxMinutes: 525_600 });
    expect((await collectGrant(as(ann), { grantRequestId: id })).outcome).toBe("granted");
  });
});

describe("nobody walks around it", () => {
  test("by a key, or by the key that one made oneself", async () => {
    const made = await createApiKey(as(ben), { name: "ben's", role: "admin" });
    const key: Actor = { kind: "apiKey", id: made.apiKey.id, name: "ben's", fleetId, role: "admin" };
    const id = await ask(key);
    for (const actor of [key, ben]) await expect(approveGrantRequest(as(actor), { grantRequestId: id })).rejects.toThrow(code("forbidden"));
    expect((await listGrantRequests(as(ben), {})).items.find((item) => item.id === id)).toMatchObject({ decidable: false });
    expect((await listGrantRequests(as(cleo), {})).items.find((item) => item.id === id)).toMatchObject({ decidable: true });
    await approveGrantRequest(as(cleo), { grantRequestId: id });
    await expect(collectGrant(as(ben), { grantRequestId: id })).rejects.toThrow(code("forbidden"));
    expect((await collectGrant(as(key), { grantRequestId: id })).outcome).toBe("granted");
  });

  test("from the machine's command line, by naming each device, by a replacement, by a long life", async () => {
    const machine: Actor = { kind: "system", id: "cli", name: "Command line" };
    await expect(approveGrantRequest(as(machine), { grantRequestId: await ask(machine) })).rejects.toThrow(code("forbidden"));
    const named = Object.fromEntries(devices.map((id) => [id, { read: ["up/telemetry"] }]));
    await ask(ann, { ...WIDE, permissions: { resources: { devices: named } } });
    const narrow = await grantToken(as(ann), { ...WIDE, permissions: { patterns: { topics: { "+/presence": 1 } } } });
    if (narrow.outcome !== "granted") throw new Error(narrow.outcome);
    await ask(ann, { ...WIDE, replaces: narrow.tokenId });
    await ask(ann, { ...WIDE, ttl: 129_600, permissions: { patterns: { topics: { "+/presence": 1 } } } });
    // The default of one device is neither wide nor long.
    expect((await grantDeviceToken(as(ann), { deviceId: devices[0] ?? "", ttlDays: 365 })).token).toBeTruthy();
  });

  test("another fleet's admin, and other roles here", async () => {
    const id = await ask();
    const stranger = makeContext(db.database, { fleetId: (await makeFleet(db.database)).id });
    for (const verb of [approveGrantRequest, rejectGrantRequest, withdrawGrantRequest, collectGrant]) {
      await expect(verb(stranger, { grantRequestId: id })).rejects.toThrow(code("not_found"));
      for (const role of ["operator", "support", "viewer"] as const)
        await expect(verb(makeContext(db.database, { fleetId, role }), { grantRequestId: id })).rejects.toThrow(code("forbidden"));
    }
    expect((await listGrantRequests(stranger, {})).total).toBe(0);
    expect((await listGrantRequests(makeContext(db.database, { fleetId, role: "operator" }), {})).items.find((item) => item.id === id)).toMatchObject({
      decidable: false,
    });
  });
});

describe("at once", () => {
  const settled = async (acts: (() => Promise<unknown>)[]) => {
    const results = await Promise.allSettled(acts.map((act) => act()));
    return results.filter(({ status }) => status === "fulfilled").length;
  };
  test.each([1, 2, 3, 4, 5])("two admins, approve and withdraw, and two collects: one each (%i)", async () => {
    const decided = await ask();
    expect(await settled([ben, cleo].map((actor) => () => approveGrantRequest(as(actor), { grantRequestId: decided })))).toBe(1);
    const contested = await ask();
    const acts = [() => rejectGrantRequest(as(ben), { grantRequestId: contested }), () => withdrawGrantRequest(as(ann), { grantRequestId: contested })];
    expect(await settled(acts)).toBe(1);
    const before = await tokens();
    expect(await settled([1, 2, 3].map(() => () => collectGrant(as(ann), { grantRequestId: decided })))).toBe(1);
    expect(await tokens()).toBe(before + 1);
  });
});
