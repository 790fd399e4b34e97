import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meSchema } from "@/lib/domain/members/member-view";
import { getMe } from "@/lib/server/members/get-me";
import { authBrowser, cookieJar } from "@/lib/testing/auth-browser";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeFleet, makeUser } from "@/lib/testing/factories";
import { openDoor, type WebDoor } from "@/lib/testing/web-door";
import { ownRoute } from "./route";

/** A certified OpenID provider on loopback. It lets in whoever says who they are; what it tells of them is set here. */
const people = new Map<string, { email: string; email_verified: boolean | string; name: string }>();
const me = ownRoute({ summary: "Who asks", output: meSchema, run: getMe });
let db: TestDatabase;
let door: WebDoor;
let fleetId: string;
let server: Server;
let issuer: string;

beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database)).id;
  const callback = "http://localhost:3000/api/auth/callback/oidc";
  server = await new Promise<Server>((resolve) => {
    const started = new Provider("http://127.0.0.1", {}).listen(0, "127.0.0.1", () => resolve(started));
  });
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "console", client_secret: "a secret of the provider", redirect_uris: [callback] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) }),
    cookies: { keys: ["only in this test"] },
    features: { devInteractions: { enabled: true } },
  });
  server.removeAllListeners("request");
  server.on("request", provider.callback());
  door = openDoor(db.database, { env: { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: "console", OIDC_CLIENT_SECRET: "a secret of the provider" } });
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await db.close();
});

/** Walks the provider's pages as `login`, from its authorization address back to ours. */
async function throughProvider(start: string, login: string): Promise<string> {
  const jar = cookieJar();
  let url = start;
  for (let step = 0; step < 12; step++) {
    if (!url.startsWith(issuer)) return url;
    const prompt = /\/interaction\/[^/]+$/.test(url) ? await promptOf(url, jar) : undefined;
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: jar.header() },
      ...(prompt ? { method: "POST", body: new URLSearchParams({ prompt, login, password: "any" }) } : {}),
    });
    jar.take(response);
    const location = response.headers.get("location");
    if (!location) throw new Error(`${response.status} at ${url}: ${(await response.text()).slice(0, 500)}`);
    url = new URL(location, url).href;
  }
  throw new Error("the provider never sent us back");
}

async function promptOf(url: string, jar: ReturnType<typeof cookieJar>): Promise<string> {
  const response = await fetch(url, { headers: { cookie: jar.header() } });
  jar.take(response);
  return /name="prompt" value="(\w+)"/.exec(await response.text())?.[1] ?? "";
}

async function signInAs(login: string) {
  const chrome = authBrowser({ "x-forwarded-for": "198.51.100.1" });
  const { url } = (await (await chrome.post("/api/auth/signin/oidc", { callbackUrl: "/devices" })).json()) as { url: string };
  const back = new URL(await throughProvider(url, login));
  const answer = await chrome.send(`${back.pathname}${back.search}`);
  return {
    chrome,
    authorization: new URL(url),
    back,
    location: answer.headers.get("location") ?? "",
    who: await door.call(me, { as: { cookie: chrome.cookie() } }),
  };
}

test("a member signs in through the provider, with PKCE, state and nonce", async () => {
  const user = await makeUser(db.database, { fleetId, role: "operator" });
  people.set("sub-1", { email: user.email.toUpperCase(), email_verified: true, name: "One" });
  const { authorization, location, who } = await signInAs("sub-1");
  for (const parameter of ["state", "nonce", "code_challenge"]) expect(authorization.searchParams.get(parameter)?.length, parameter).toBeGreaterThan(20);
  expect(location).toBe("http://localhost:3000/devices");
  expect(who.body).toMatchObject({ user: { id: user.id }, fleets: [{ id: fleetId, role: "operator" }] });
  expect(await db.database.prisma.auditEvent.findFirst({ where: { objectId: user.id } })).toMatchObject({ action: "user.signed_in", after: { with: "oidc" } });
});

test("a stranger, and an address that the provider has not verified, stay outside; nobody is made", async () => {
  const user = await makeUser(db.database, { fleetId });
  people.set("stranger", { email: "stranger@example.com", email_verified: true, name: "S" });
  people.set("unverified", { email: user.email, email_verified: false, name: "U" });
  people.set("as-text", { email: user.email, email_verified: "true", name: "T" });
  for (const login of ["stranger", "unverified", "as-text"]) {
    const { location, who } = await signInAs(login);
    expect(location, login).toContain("error=AccessDenied");
    expect(who.status, login).toBe(401);
  }
  expect(await db.database.prisma.user.count({ where: { email: "stranger@example.com" } })).toBe(0);
});

test("another subject with the same address does not get the account", async () => {
  const user = await makeUser(db.database, { fleetId });
  people.set("first", { email: user.email, email_verified: true, name: "F" });
  people.set("second", { email: user.email, email_verified: true, name: "S" });
  expect((await signInAs("first")).who.status).toBe(200);
  expect((await signInAs("second")).who.status).toBe(401);
});

test("a code that was sent to another browser, and one used twice, are worth nothing", async () => {
  const user = await makeUser(db.database, { fleetId });
  people.set("sub-2", { email: user.email, email_verified: true, name: "Two" });
  const { back, who } = await signInAs("sub-2");
  expect(who.status).toBe(200);
  const other = authBrowser();
  await other.post("/api/auth/signin/oidc", { callbackUrl: "/devices" });
  for (const chrome of [other, authBrowser()]) {
    const answer = await chrome.send(`${back.pathname}${back.search}`);
    expect(answer.headers.get("location")).toContain("error=");
    expect((await door.call(me, { as: { cookie: chrome.cookie() } })).status).toBe(401);
  }
});
