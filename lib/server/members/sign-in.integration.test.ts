import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { Role } from "@/lib/domain/members/permissions";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet, makeUser } from "@/lib/testing/factories";
import { changePassword } from "./change-password";
import { endUserSession } from "./end-user-session";
import { listUserSessions } from "./list-user-sessions";
import { hashPassword } from "./password";
import { resolveUserSession } from "./resolve-user-session";
import { type SignInContext, signIn } from "./sign-in";
import { signInOidc } from "./sign-in-oidc";

const PASSWORD = "correct horse battery";
let db: TestDatabase;
let fleetId: string;
let passwordHash: string;
const clock = fakeClock();

beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database)).id;
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => db.close());
let address = 0;
beforeEach(() => void address++);

const door = (): SignInContext => {
  const { database, secrets, env } = makeContext(db.database, { fleetId });
  return { database, secrets, env, clock, via: "browser", requestId: newId("request"), address: `198.51.100.${address}`, userAgent: "test" };
};
const person = (options: object = {}) => makeUser(db.database, { fleetId, passwordHash, ...options });
const personContext = (user: { id: string; name: string }, userSessionId?: string) => {
  const actor = { kind: "user", id: user.id, name: user.name, roles: new Map<string, Role>([[fleetId, "viewer"]]), userSessionId } as const;
  return makeContext(db.database, { fleetId, actor, clock });
};

test("the right password starts a session that is looked up, and is told in the audit log", async () => {
  const user = await person();
  const signedIn = await signIn(door(), { email: ` ${user.email.toUpperCase()} `, password: PASSWORD });
  expect(await resolveUserSession(db.database, signedIn.userSessionId, clock.now())).toMatchObject({
    user: { id: user.id, email: user.email },
    memberships: [{ fleetId, role: "viewer" }],
  });
  expect(await db.database.prisma.auditEvent.findFirst({ where: { objectId: user.id } })).toMatchObject({ action: "user.signed_in", fleetId });
});

test("wrong password, unknown e-mail, no password and disabled person get the same answer", async () => {
  const user = await person();
  const disabled = await person({ disabledAt: new Date() });
  const without = await person({ passwordHash: undefined });
  const answers = await Promise.all(
    [
      { email: user.email, password: "wrong password" },
      { email: "nobody@example.com", password: PASSWORD },
      { email: disabled.email, password: PASSWORD },
      { email: without.email, password: PASSWORD },
    ].map((input) => signIn(door(), input).catch((error: Error) => error)),
  );
  expect(new Set(answers.map(String)).size).toBe(1);
  expect(answers[0]).toMatchObject({ code: "unauthenticated" });
  expect(await db.database.prisma.auditEvent.count({ where: { objectId: user.id, action: "user.sign_in_failed" } })).toBe(1);
});

test("five failures for one person from one address, then a wait; parallel tries are counted; others are not held up", async () => {
  const user = await person();
  const tries = await Promise.all(
    Array.from({ length: 9 }, () => signIn(door(), { email: user.email, password: "wrong" }).catch((error) => error.code as string)),
  );
  expect(tries.filter((code) => code === "unauthenticated")).toHaveLength(5);
  expect(tries.filter((code) => code === "rate_limited")).toHaveLength(4);
  const error = await signIn(door(), { email: user.email, password: PASSWORD }).catch((caught) => caught);
  expect(error).toMatchObject({ code: "rate_limited", retryAfterSeconds: expect.any(Number) });
  expect(error.retryAfterSeconds).toBeGreaterThan(800);
  const other = await person();
  await expect(signIn(door(), { email: other.email, password: PASSWORD })).resolves.toBeDefined();
  await expect(signIn({ ...door(), address: "203.0.113.9" }, { email: user.email, password: PASSWORD })).resolves.toBeDefined();
});

test("a success takes the failures before it back", async () => {
  const user = await person();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await expect(signIn(door(), { email: user.email, password: "wrong" })).rejects.toMatchObject({ code: "unauthenticated" });
    await signIn(door(), { email: user.email, password: PASSWORD });
  }
});

test("one address may fail fifty times over all e-mails", async () => {
  const codes = await Promise.all(
    Array.from({ length: 56 }, (_, i) => signIn(door(), { email: `guess-${i}@example.com`, password: "wrong" }).catch((error) => error.code as string)),
  );
  expect(codes.filter((code) => code === "rate_limited")).toHaveLength(6);
});

test.each([
  {},
  { email: { contains: "@" }, password: PASSWORD },
  { email: "a@example.com", password: { not: "" } },
  { email: "a@example.com,b@example.com", password: PASSWORD },
  { email: "a@example.com\0", password: PASSWORD },
  { email: "a@example.com", password: "x".repeat(201) },
])("%j is refused before anything is looked up", async (input) => {
  await expect(signIn(door(), input)).rejects.toMatchObject({ code: "invalid_input" });
});

test("a session ends when it is ended, when the person is disabled, with age and when it is left idle", async () => {
  const user = await person();
  const start = async () => (await signIn(door(), { email: user.email, password: PASSWORD })).userSessionId;
  const alive = (id: string, days = 0) => resolveUserSession(db.database, id, new Date(clock.now().getTime() + days * 86_400_000));
  const id = await start();
  expect(await alive(id, 2.9)).toBeDefined();
  expect(await alive(id, 5)).toBeDefined();
  expect(await alive(id, 8.5)).toBeUndefined();
  expect(await alive(id, 14.1)).toBeUndefined();
  await endUserSession(personContext(user, id), { userSessionId: id });
  expect(await alive(id)).toBeUndefined();
  const second = await start();
  await db.database.prisma.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
  expect(await alive(second)).toBeUndefined();
  expect(await alive("uss_0000000000000000")).toBeUndefined();
});

test("people see and end their own sessions only", async () => {
  const [one, two] = [await person(), await person()];
  const mine = await signIn(door(), { email: one.email, password: PASSWORD });
  const theirs = await signIn(door(), { email: two.email, password: PASSWORD });
  const listed = await listUserSessions(personContext(one, mine.userSessionId));
  expect(listed.items).toMatchObject([{ id: mine.userSessionId, current: true, userAgent: "test" }]);
  await expect(endUserSession(personContext(one), { userSessionId: theirs.userSessionId })).rejects.toMatchObject({ code: "not_found" });
  await expect(endUserSession(personContext(one), { userSessionId: { not: "" } })).rejects.toMatchObject({ code: "invalid_input" });
  expect(await resolveUserSession(db.database, theirs.userSessionId, clock.now())).toBeDefined();
});

test("changing the password asks for the old one and signs every other browser out", async () => {
  const user = await person();
  const here = await signIn(door(), { email: user.email, password: PASSWORD });
  const there = await signIn(door(), { email: user.email, password: PASSWORD });
  const ctx = personContext(user, here.userSessionId);
  await expect(changePassword(ctx, { currentPassword: "wrong", newPassword: "a new long one" })).rejects.toMatchObject({ code: "invalid_input" });
  await expect(changePassword(ctx, { currentPassword: PASSWORD, newPassword: "short" })).rejects.toMatchObject({ code: "invalid_input" });
  expect(await changePassword(ctx, { currentPassword: PASSWORD, newPassword: "a new long one" })).toEqual({ otherSessionsEnded: 1 });
  expect(await resolveUserSession(db.database, here.userSessionId, clock.now())).toBeDefined();
  expect(await resolveUserSession(db.database, there.userSessionId, clock.now())).toBeUndefined();
  await expect(signIn(door(), { email: user.email, password: PASSWORD })).rejects.toMatchObject({ code: "unauthenticated" });
  await signIn(door(), { email: user.email, password: "a new long one" });
});

const claims = (user: { email: string }, more: object = {}) => ({
  issuer: "https://id.example",
  subject: `sub-${user.email}`,
  email: user.email,
  emailVerified: true,
  ...more,
});

test("OpenID Connect lets members in, by a verified e-mail, and makes nobody a member", async () => {
  const user = await person();
  expect(await signInOidc(door(), claims(user))).toMatchObject({ userId: user.id });
  for (const emailVerified of [false, "true", undefined, 1])
    await expect(signInOidc(door(), claims(user, { emailVerified }))).rejects.toMatchObject({ code: "invalid_input" });
  await expect(signInOidc(door(), claims({ email: "stranger@example.com" }))).rejects.toMatchObject({ code: "forbidden" });
  await expect(signInOidc(door(), claims(await makeUser(db.database)))).rejects.toMatchObject({ code: "forbidden" });
  await expect(signInOidc(door(), claims(await person({ disabledAt: new Date() })))).rejects.toMatchObject({ code: "forbidden" });
  expect(await db.database.prisma.user.count({ where: { email: "stranger@example.com" } })).toBe(0);
});

test("an e-mail that was handed on at the provider does not open the old owner's account", async () => {
  const user = await person();
  await signInOidc(door(), claims(user));
  await expect(signInOidc(door(), claims(user, { subject: "somebody else" }))).rejects.toMatchObject({ code: "forbidden" });
  await expect(signInOidc(door(), claims(user, { issuer: "https://other.example" }))).rejects.toMatchObject({ code: "forbidden" });
});
