import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { meSchema } from "@/lib/domain/members/member-view";
import { getMe } from "@/lib/server/members/get-me";
import { hashPassword } from "@/lib/server/members/password";
import { authBrowser } from "@/lib/testing/auth-browser";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet, makeUser } from "@/lib/testing/factories";
import { openDoor, type WebDoor } from "@/lib/testing/web-door";
import { ownRoute } from "./route";

const PASSWORD = "correct horse battery";
const me = ownRoute({ summary: "Who asks", output: meSchema, run: getMe });
let db: TestDatabase;
let door: WebDoor;
let fleetId: string;
let passwordHash: string;
let address = 0;

beforeAll(async () => {
  db = await testDatabase();
  door = openDoor(db.database);
  fleetId = (await makeFleet(db.database)).id;
  passwordHash = await hashPassword(PASSWORD);
});
beforeEach(() => void address++);
afterAll(() => db.close());

function browser(headers: Record<string, string> = {}) {
  const chrome = authBrowser({ "x-forwarded-for": `198.51.100.${address}`, ...headers });
  return { ...chrome, me: () => door.call(me, { as: { cookie: chrome.cookie() } }) };
}
const person = () => makeUser(db.database, { fleetId, role: "operator", passwordHash });

test("sign in, be somebody, sign out, be nobody; the old cookie is worth nothing then", async () => {
  const user = await person();
  const chrome = browser();
  const answer = await chrome.signIn(user.email, PASSWORD);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ url: "http://localhost:3000/devices" });
  expect((await chrome.me()).body).toMatchObject({ user: { id: user.id, email: user.email }, fleets: [{ id: fleetId, role: "operator" }] });
  expect(await (await chrome.send("/api/auth/session")).json()).toMatchObject({ user: { id: user.id, email: user.email } });
  const stolen = chrome.cookie();
  expect((await chrome.signOut()).status).toBe(200);
  expect(chrome.cookieNames()).not.toContain("next-auth.session-token");
  expect((await chrome.me()).status).toBe(401);
  expect((await door.call(me, { as: { cookie: stolen } })).status).toBe(401);
});

test("the session cookie is for the server only, for this site only, and says nothing readable", async () => {
  const user = await person();
  const answer = await browser().signIn(user.email, PASSWORD);
  const cookie = answer.headers.getSetCookie().find((line) => line.startsWith("next-auth.session-token=")) ?? "";
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Lax/i);
  expect(cookie).not.toContain(user.id);
});

test("behind TLS the cookie is taken over TLS only", async () => {
  const user = await person();
  openDoor(db.database, { env: { PUBLIC_URL: "https://console.example" } });
  try {
    const answer = await browser().signIn(user.email, PASSWORD);
    const cookie = answer.headers.getSetCookie().find((line) => line.includes("session-token=")) ?? "";
    expect(cookie).toMatch(/^__Secure-next-auth\.session-token=.*Secure/i);
  } finally {
    door = openDoor(db.database);
  }
});

test("a wrong password is 401 in our words, without a session", async () => {
  const user = await person();
  const chrome = browser();
  const answer = await chrome.signIn(user.email, "wrong");
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    code: "unauthenticated",
    detail: "E-mail or password is wrong.",
    url: expect.stringContaining("error=CredentialsSignin"),
  });
  expect((await chrome.me()).status).toBe(401);
});

test("the sixth failure is 429 with the time to wait, also for the right password", async () => {
  const user = await person();
  const chrome = browser();
  for (let i = 0; i < 5; i++) expect((await chrome.signIn(user.email, "wrong")).status).toBe(401);
  const answer = await chrome.signIn(user.email, PASSWORD);
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(800);
  expect(await answer.json()).toMatchObject({
    code: "rate_limited",
    detail: expect.stringContaining("Too many failed tries"),
    url: expect.stringContaining("error=RateLimited"),
  });
});

test("a form from another site is refused, with or without the right token", async () => {
  const user = await person();
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }])
    expect((await browser(headers).signIn(user.email, PASSWORD)).status).toBe(403);
  const chrome = browser();
  expect(await (await chrome.signIn(user.email, PASSWORD, { csrfToken: "made up" })).json()).toMatchObject({ url: expect.stringContaining("csrf=true") });
  expect((await chrome.me()).status).toBe(401);
});

test.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http://", "%", "a".repeat(10_000)])(
  "after sign-in nobody is sent to %s",
  async (callbackUrl) => {
    const user = await person();
    const answer = await browser().signIn(user.email, PASSWORD, { callbackUrl });
    expect(answer.status).toBe(200);
    const { url } = (await answer.json()) as { url: string };
    expect(new URL(url).origin).toBe("http://localhost:3000");
  },
);

test("an ended session is noticed by next-auth's own door too", async () => {
  const user = await person();
  const chrome = browser();
  await chrome.signIn(user.email, PASSWORD);
  await db.database.prisma.userSession.updateMany({ where: { userId: user.id }, data: { endedAt: new Date() } });
  expect(await (await chrome.send("/api/auth/session")).json()).toEqual({});
  expect(chrome.cookieNames()).not.toContain("next-auth.session-token");
});

test("a form of megabytes and an unknown provider do no harm", async () => {
  const chrome = browser();
  expect((await chrome.signIn("a@example.com", "x".repeat(100_000))).status).toBe(413);
  expect((await chrome.send("/api/auth/callback/nothing", { json: "true" })).status).toBeLessThan(500);
  expect((await chrome.send("/api/auth/nothing/at/all")).status).toBeLessThan(500);
});
