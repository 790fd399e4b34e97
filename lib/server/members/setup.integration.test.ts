import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { testSecrets } from "@/lib/testing/secrets";
import { bootstrap } from "./bootstrap";
import { checkSetupLink } from "./check-setup-link";
import { completeSetup } from "./complete-setup";
import { makeSetupLink } from "./setup-link";
import { signIn } from "./sign-in";

let db: TestDatabase;
const clock = fakeClock();
const env = (more: object = {}) => ({ ...makeContext(db.database, { fleetId: "" }).env, ...more });
const start = (more: object = {}) => bootstrap({ env: env(more), database: db.database, secrets: testSecrets(), clock });
const door = () => ({ database: db.database, secrets: testSecrets(), env: env(), clock, via: "setup", requestId: newId("request") }) as const;
const tokenOf = (url: string | null) => new URL(url ?? "").searchParams.get("token") ?? "";
const admin = { email: "First@Example.com", name: "First", password: "a long password" };

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("an empty installation gets one fleet, profile, rule and key, from however many processes at once", async () => {
  const started = await Promise.all(Array.from({ length: 5 }, () => start({ FLEET_NAME: "Pumps" })));
  expect(new Set(started.map(({ fleetId }) => fleetId)).size).toBe(1);
  expect(await db.database.prisma.fleet.findMany({ include: { profiles: true, alertRules: true } })).toMatchObject([
    { name: "Pumps", profiles: [{ name: "default" }], alertRules: [{ kind: "offline" }] },
  ]);
  expect(await db.database.prisma.signingKey.count()).toBe(1);
});

test("only the newest link works, and only its digest is kept", async () => {
  const [old, fresh] = [tokenOf((await start()).setupUrl), tokenOf((await start()).setupUrl)];
  expect(fresh).toMatch(/^[A-Za-z0-9_-]{43}$/);
  await expect(checkSetupLink(db.database, old, clock.now())).rejects.toMatchObject({ code: "expired" });
  expect(await checkSetupLink(db.database, fresh, clock.now())).toMatchObject({ kind: "first_admin", email: null });
  const rows = JSON.stringify(await db.database.prisma.setupLink.findMany());
  expect(rows).not.toContain(fresh);
});

test("a link of yesterday is refused", async () => {
  const token = tokenOf((await start()).setupUrl);
  clock.advance(24 * 3_600_000 + 1);
  await expect(completeSetup(door(), { token, ...admin })).rejects.toMatchObject({ code: "expired" });
});

test("of twenty who use the link at once, exactly one becomes the first administrator", async () => {
  const token = tokenOf((await start()).setupUrl);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => completeSetup(door(), { token, ...admin, email: `first${i}@example.com` })));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const tried of tries) if (tried.status === "rejected") expect(tried.reason).toMatchObject({ code: "expired" });
  expect(await db.database.prisma.membership.findMany({ select: { role: true } })).toEqual([{ role: "admin" }]);
  const { email } = await db.database.prisma.user.findFirstOrThrow();
  await signIn({ ...door(), via: "browser", address: "192.0.2.1", userAgent: "" }, { email, password: admin.password });
});

test("with an administrator there is no link any more, and an old one makes no second", async () => {
  expect((await start()).setupUrl).toBeNull();
  const { url } = await db.database.prisma.$transaction((tx) => makeSetupLink(tx, env(), { now: clock.now() }));
  await expect(completeSetup(door(), { token: tokenOf(url), ...admin })).rejects.toMatchObject({ code: "conflict" });
  expect(await db.database.prisma.membership.count({ where: { role: "admin" } })).toBe(1);
});

test("ADMIN_EMAIL makes an administrator once; who was dismissed does not come back with a restart", async () => {
  const settings = { ADMIN_EMAIL: "Ops@Example.com", ADMIN_PASSWORD: "from the environment" };
  await start(settings);
  const user = await db.database.prisma.user.findUniqueOrThrow({ where: { email: "ops@example.com" }, include: { memberships: true } });
  expect(user.memberships).toMatchObject([{ role: "admin" }]);
  await start({ ...settings, ADMIN_PASSWORD: "another password" });
  expect((await db.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })).passwordHash).toBe(user.passwordHash);
  await db.database.prisma.membership.deleteMany({ where: { userId: user.id } });
  await start(settings);
  expect(await db.database.prisma.membership.count({ where: { userId: user.id } })).toBe(0);
});

test.each([{ token: "short" }, { token: { not: "" } }, { password: "short" }, { email: "no address" }, { name: "a\u0007b" }, { email: undefined }])(
  "%j does not make an administrator",
  async (wrong) => {
    const { url } = await db.database.prisma.$transaction((tx) => makeSetupLink(tx, env(), { now: clock.now() }));
    const token = tokenOf(url);
    await expect(completeSetup(door(), { token, ...admin, ...wrong })).rejects.toMatchObject({ code: "invalid_input" });
    // A mistake in the form does not use the link up.
    expect(await checkSetupLink(db.database, token, clock.now())).toBeDefined();
  },
);
