import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { Role } from "@/lib/domain/members/permissions";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet, makeUser } from "@/lib/testing/factories";
import { addMember } from "./add-member";
import { changeMemberRole } from "./change-member-role";
import { checkSetupLink } from "./check-setup-link";
import { completeSetup } from "./complete-setup";
import { createApiKey } from "./create-api-key";
import { listApiKeys } from "./list-api-keys";
import { listMembers } from "./list-members";
import { removeMember } from "./remove-member";
import { renewSetupLink } from "./renew-setup-link";
import { resolveApiKey } from "./resolve-api-key";
import { resolveUserSession } from "./resolve-user-session";
import { revokeApiKey } from "./revoke-api-key";
import { setUserDisabled } from "./set-user-disabled";
import { startUserSession } from "./start-user-session";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
});
afterAll(() => db.close());

const as = (role: Role = "admin", fleet = fleetId) => makeContext(db.database, { fleetId: fleet, role });
const member = (role: Role, fleet = fleetId) => makeUser(db.database, { fleetId: fleet, role });
const now = () => new Date();

test("a new person gets a one-time link, chooses a password with it, and is in the list", async () => {
  const email = `${newId("user")}@example.com`;
  const added = await addMember(as(), { email: email.toUpperCase(), role: "operator", name: "New Person" });
  expect(added).toMatchObject({ member: { email, role: "operator", name: "New Person", disabled: false, lastUsedAt: null } });
  const token = new URL(added.setupUrl ?? "").searchParams.get("token") ?? "";
  expect(await checkSetupLink(db.database, token, now())).toMatchObject({ kind: "member", email, name: "New Person" });
  const door = { ...as(), via: "setup" } as const;
  expect(await completeSetup(door, { token, password: "chosen by myself", email: "somebody@else.example" })).toEqual({ email });
  await expect(completeSetup(door, { token, password: "chosen by another" })).rejects.toMatchObject({ code: "expired" });
  expect((await listMembers(as(), {})).items).toMatchObject([{ email, role: "operator" }]);
});

test("who has an account already gets no link: it would hand that account over", async () => {
  const user = await member("admin", otherFleetId);
  const added = await addMember(as(), { email: user.email, role: "viewer" });
  expect(added).toMatchObject({ member: { userId: user.id, role: "viewer" }, setupUrl: null });
  await expect(renewSetupLink(as(), { userId: user.id })).rejects.toMatchObject({ code: "conflict" });
  await expect(addMember(as(), { email: user.email, role: "admin" })).rejects.toMatchObject({ code: "conflict" });
});

test("a new link ends the one before", async () => {
  const user = await member("viewer");
  const [first, second] = [await renewSetupLink(as(), { userId: user.id }), await renewSetupLink(as(), { userId: user.id })];
  const tokenOf = (url: string) => new URL(url).searchParams.get("token") ?? "";
  await expect(checkSetupLink(db.database, tokenOf(first.setupUrl), now())).rejects.toMatchObject({ code: "expired" });
  expect(await checkSetupLink(db.database, tokenOf(second.setupUrl), now())).toMatchObject({ email: user.email });
});

test("twelve who add the same person at once make one member", async () => {
  const email = `${newId("user")}@example.com`;
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => addMember(as(), { email, role: "viewer" })));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const tried of tries) if (tried.status === "rejected") expect(tried.reason).toMatchObject({ code: "conflict" });
});

test("a changed role counts from the next look-up on and cuts the live link", async () => {
  await member("admin");
  const user = await member("operator");
  const session = await startUserSession(db.database.prisma, { userId: user.id, address: "", userAgent: "", now: now() });
  const tab = await consoleToken(user.id);
  expect(await changeMemberRole(as(), { userId: user.id, role: "viewer" })).toMatchObject({ role: "viewer" });
  expect((await resolveUserSession(db.database, session, now()))?.memberships).toMatchObject([{ fleetId, role: "viewer" }]);
  expect(await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tab } })).toMatchObject({ revokedReason: "role changed" });
});

test("a removed member is in no fleet, signed out, and cut", async () => {
  const user = await member("operator");
  const session = await startUserSession(db.database.prisma, { userId: user.id, address: "", userAgent: "", now: now() });
  const tab = await consoleToken(user.id);
  await removeMember(as(), { userId: user.id });
  expect(await resolveUserSession(db.database, session, now())).toBeUndefined();
  expect(await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tab } })).toMatchObject({ revokedAt: expect.any(Date) });
  await expect(removeMember(as(), { userId: user.id })).rejects.toMatchObject({ code: "not_found" });
});

test("who leaves one of two fleets stays signed in for the other", async () => {
  const user = await member("operator");
  await db.database.prisma.membership.create({ data: { userId: user.id, fleetId: otherFleetId, role: "viewer" } });
  const session = await startUserSession(db.database.prisma, { userId: user.id, address: "", userAgent: "", now: now() });
  await removeMember(as(), { userId: user.id });
  expect((await resolveUserSession(db.database, session, now()))?.memberships).toMatchObject([{ fleetId: otherFleetId }]);
});

test("the last admin stays, also when two admins remove each other at once", async () => {
  const [one, two] = [await member("admin"), await member("admin")];
  await makeUser(db.database, { fleetId, role: "admin", disabledAt: new Date() });
  const tries = await Promise.allSettled([removeMember(as(), { userId: one.id }), changeMemberRole(as(), { userId: two.id, role: "viewer" })]);
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const left = await db.database.prisma.membership.findMany({ where: { fleetId, role: "admin", user: { disabledAt: null } } });
  expect(left).toHaveLength(1);
  const last = left[0]?.userId ?? "";
  await expect(removeMember(as(), { userId: last })).rejects.toMatchObject({ code: "conflict" });
  await expect(changeMemberRole(as(), { userId: last, role: "operator" })).rejects.toMatchObject({ code: "conflict" });
});

test("the machine's administrator shuts a person out and lets them in again", async () => {
  const user = await member("operator");
  const session = await startUserSession(db.database.prisma, { userId: user.id, address: "", userAgent: "", now: now() });
  const tab = await consoleToken(user.id);
  const system = makeContext(db.database, { fleetId, actor: "system", via: "cli" });
  await expect(setUserDisabled(as(), { userId: user.id, disabled: true })).rejects.toMatchObject({ code: "forbidden" });
  await setUserDisabled(system, { userId: user.id, disabled: true });
  expect(await resolveUserSession(db.database, session, now())).toBeUndefined();
  expect(await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tab } })).toMatchObject({ revokedReason: "shut out" });
  expect((await listMembers(as(), {})).items).toMatchObject([{ userId: user.id, disabled: true }]);
  expect(await db.database.prisma.auditEvent.findFirst({ where: { objectId: user.id, action: "user.disabled" } })).toMatchObject({
    actorKind: "system",
    via: "cli",
    fleetId,
  });
  await setUserDisabled(system, { userId: user.id, disabled: false });
  expect(await db.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ disabledAt: null });
  const last = await member("admin");
  await expect(setUserDisabled(system, { userId: last.id, disabled: true })).rejects.toMatchObject({ code: "conflict" });
});

test("members of another fleet are nobody here", async () => {
  const foreign = await member("viewer", otherFleetId);
  for (const verb of [removeMember, renewSetupLink, changeMemberRole]) {
    const there = await verb(as(), { userId: foreign.id, role: "admin" } as never).catch((error: Error) => error);
    const nowhere = await verb(as(), { userId: "usr_0000000000000000", role: "admin" } as never).catch((error: Error) => error);
    expect(there).toMatchObject({ code: "not_found" });
    expect(String(there)).toBe(String(nowhere));
  }
  expect(await db.database.prisma.membership.count({ where: { userId: foreign.id } })).toBe(1);
});

test.each(["operator", "support", "viewer"] as const)("%s may not change members or keys", async (role) => {
  const user = await member("viewer");
  const tries = [
    addMember(as(role), { email: "x@example.com", role: "admin" }),
    changeMemberRole(as(role), { userId: user.id, role: "admin" }),
    removeMember(as(role), { userId: user.id }),
    renewSetupLink(as(role), { userId: user.id }),
    createApiKey(as(role), { name: "mine", role: "viewer" }),
    listApiKeys(as(role), {}),
  ];
  for (const tried of tries) await expect(tried).rejects.toMatchObject({ code: "forbidden" });
});

test("a key works until it is revoked or expired; only its digest is kept", async () => {
  const { key, apiKey } = await createApiKey(as(), { name: "import", role: "operator", days: 10 });
  expect(key.startsWith(apiKey.prefix)).toBe(true);
  expect(await resolveApiKey(db.database, key, now())).toMatchObject({ id: apiKey.id, fleetId, role: "operator" });
  expect(await resolveApiKey(db.database, key, new Date(Date.now() + 11 * 86_400_000))).toBeUndefined();
  const rows = await db.database.prisma.apiKey.findMany();
  expect(JSON.stringify(rows)).not.toContain(key.slice(11));
  expect(JSON.stringify(await db.database.prisma.auditEvent.findMany({ where: { objectId: apiKey.id }, select: { after: true } }))).not.toContain(
    key.slice(11),
  );
  expect((await listApiKeys(as(), {})).items).toMatchObject([{ id: apiKey.id, lastUsedAt: expect.any(String), revokedAt: null }]);
  expect(await revokeApiKey(as(), { apiKeyId: apiKey.id })).toMatchObject({ revokedAt: expect.any(String) });
  expect(await resolveApiKey(db.database, key, now())).toBeUndefined();
  await expect(revokeApiKey(as("admin", otherFleetId), { apiKeyId: apiKey.id })).rejects.toMatchObject({ code: "not_found" });
  expect(await revokeApiKey(as(), { apiKeyId: apiKey.id })).toMatchObject({ id: apiKey.id });
});

test("keys page in order, within their fleet", async () => {
  for (let i = 0; i < 5; i++) await createApiKey(as(), { name: `key ${i}`, role: "viewer", days: null });
  await createApiKey(as("admin", otherFleetId), { name: "foreign", role: "viewer" });
  const first = await listApiKeys(as(), { limit: 3 });
  const second = await listApiKeys(as(), { limit: 3, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["key 4", "key 3", "key 2", "key 1", "key 0"]);
  expect(first.total).toBe(5);
  expect(second.nextCursor).toBeNull();
});

test.each([
  { email: { contains: "" }, role: "admin" },
  { email: "x@example.com", role: "owner" },
  { email: "x@example.com" },
  { email: "x@example.com", role: { set: "admin" } },
])("%j adds nobody", async (input) => {
  await expect(addMember(as(), input as never)).rejects.toMatchObject({ code: "invalid_input" });
});

async function consoleToken(subject: string): Promise<string> {
  const id = newId("accessToken");
  const expiresAt = new Date(Date.now() + 600_000);
  await db.database.prisma.accessToken.create({ data: { id, fleetId, subjectKind: "console", subject, scopes: [], digest: id, expiresAt } });
  return id;
}
