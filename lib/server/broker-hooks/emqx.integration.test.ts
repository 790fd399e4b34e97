import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createLog } from "@/lib/base/log";
import { type SuiteDecision, suiteFor } from "@/lib/domain/tokens/decision-suite";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type GrantedToken, grantedToken } from "@/lib/testing/granted-token";
import { revokeToken } from "../tokens/revoke-token";
import { emqxAuthn, emqxAuthz } from "./emqx";
import { type HookDoor, type HookRuntime, hookRoute, hooksOf } from "./hook-route";

const secret = randomBytes(24).toString("base64url");
const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];

// EMQX cannot be installed here: these are the requests that its HTTP authenticator and authoriser are documented to send.
describe("EMQX's questions", () => {
  let store: TestDatabase;
  let runtime: HookRuntime;
  const clock = fakeClock(new Date());

  beforeAll(async () => {
    store = await testDatabase();
    const env = { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", DATABASE_URL: store.url };
    runtime = { env, database: store.database, clock, log: createLog("hooks", "silent") };
  });
  afterAll(async () => {
    await hooksOf(runtime).close();
    await store.close();
  });

  const ask = async (door: HookDoor, body: unknown, { authorization = `Bearer ${secret}`, of = () => runtime } = {}) => {
    const headers = { "content-type": "application/json", "user-agent": "EMQX/5.8", authorization };
    const request = new Request("http://127.0.0.1/api/broker/emqx", { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
    const response = await hookRoute(door, of)(request);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    return response.json();
  };
  const authn = ({ username, password, clientId }: GrantedToken, options = {}) =>
    ask(emqxAuthn, { username, password, clientid: clientId, peerhost: "192.0.2.7" }, options);
  const authz = ({ username, clientId }: GrantedToken, { action, topic, qos, retain }: Pick<SuiteDecision, "action" | "topic" | "qos" | "retain">) => {
    const asked = action === "publish" ? { action, retain: String(retain) } : { action: "subscribe", retain: "undefined" };
    return ask(emqxAuthz, { username, clientid: clientId, topic, qos: String(qos), ...asked });
  };
  const publish = (topic: string) => ({ action: "publish" as const, topic, qos: 1 as const, retain: false });
  const granted = (scopes: readonly Scope[], ttlSeconds = 600) => grantedToken(store.database, { scopes, ttlSeconds });

  test("what an answer allowed is counted for the token, by its scope; what it refused is not", async () => {
    const { id: fleetId } = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleetId);
    const token = await grantedToken(store.database, { device: { id: device.id, fleetId }, scopes: deviceScopes(fleetId, device.id) });
    await authn(token);
    for (const rest of ["up/telemetry", "up/posture", "down/command/1"]) await authz(token, publish(`sp/v1/${fleetId}/${device.id}/${rest}`));
    const uses = () => store.database.prisma.scopeUse.findMany({ where: { tokenId: token.tokenId }, select: { scope: true, count: true } });
    await vi.waitFor(async () => expect(await uses()).toEqual([{ scope: 0, count: 2n }]), { timeout: 10_000 });
  });

  test("the decision suite", async () => {
    const differences: string[] = [];
    for (const { scopes, decisions } of suiteFor("emqx")) {
      const token = await granted(scopes);
      expect(await authn(token)).toMatchObject({ result: "allow" });
      for (const decision of decisions) {
        const { result } = (await authz(token, decision)) as { result: string };
        if ((result === "allow") !== (decision.verdict === "ALLOWED")) differences.push(`${decision.grant}: ${decision.action} ${decision.topic} ${result}`);
      }
    }
    expect(differences).toEqual([]);
  });

  test("the session ends at the token's end", async () => {
    clock.set(new Date());
    const token = await granted(everything, 300);
    const row = await store.database.prisma.accessToken.findUniqueOrThrow({ where: { id: token.tokenId } });
    expect(await authn(token)).toEqual({ result: "allow", is_superuser: false, expire_at: row.expiresAt.getTime() / 1000 });
    expect(await authz(token, publish("a"))).toEqual({ result: "allow" });
    clock.advance(301_000);
    expect(await authz(token, publish("a"))).toEqual({ result: "deny", reason: "expired" });
    clock.advance(60_000);
    expect(await authn(token)).toEqual({ result: "deny", reason: "expired" });
    clock.set(new Date());
  });

  test("a revoked token is refused at the next question and at the next connection", async () => {
    const fleet = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleet.id);
    const token = await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device });
    expect(await authn(token)).toMatchObject({ result: "allow" });
    await revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId: token.tokenId });
    expect(await authz(token, publish(`sp/v1/${fleet.id}/${device.id}/up/telemetry`))).toEqual({ result: "deny", reason: "revoked" });
    expect(await authn(token)).toEqual({ result: "deny", reason: "revoked" });
  });

  test("the newest login of a client id counts", async () => {
    const fleet = await makeFleet(store.database);
    const device = await makeDevice(store.database, fleet.id);
    const wide = await grantedToken(store.database, { scopes: everything, device });
    const narrow = await grantedToken(store.database, { scopes: [], device });
    await authn(wide);
    expect(await authz(wide, publish("a"))).toEqual({ result: "allow" });
    await authn(narrow);
    expect(await authz(narrow, publish("a"))).toEqual({ result: "deny", reason: "implicit_deny" });
  });

  test("whoever did not log in may nothing", async () => {
    const token = await granted(everything);
    expect(await authz(token, publish("a"))).toEqual({ result: "deny", reason: "not_logged_in" });
    await authn(token);
    expect(await authz({ ...token, clientId: "another" }, publish("a"))).toEqual({ result: "deny", reason: "not_logged_in" });
  });

  test("who presents another's client id, user name or no token", async () => {
    const [mine, other] = [await granted(everything), await granted(everything)];
    expect(await authn({ ...mine, clientId: other.clientId })).toEqual({ result: "deny", reason: "wrong_client_id" });
    expect(await authn({ ...mine, clientId: "" })).toEqual({ result: "deny", reason: "wrong_client_id" });
    expect(await authn({ ...mine, username: other.username })).toEqual({ result: "deny", reason: "wrong_subject" });
    expect(await authn({ ...mine, password: "" })).toEqual({ result: "deny", reason: "missing" });
    expect(await authn({ ...mine, password: `${mine.password.slice(0, -8)}AAAAAAAA` })).toEqual({ result: "deny", reason: "bad_signature" });
  });

  test.each([
    ["no JSON", "username=x"],
    ["an empty body", ""],
    ["an array", "[]"],
    ["a body that is too long", JSON.stringify({ username: "x".repeat(70_000), password: "", clientid: "" })],
  ])("%s is refused with 200", async (_, body) => {
    expect(await ask(emqxAuthn, body)).toEqual({ result: "deny", reason: "bad_request" });
    expect(await ask(emqxAuthz, body)).toEqual({ result: "deny", reason: "bad_request" });
  });

  test("without the secret nobody learns anything", async () => {
    const token = await granted(everything);
    expect(await authn(token, { authorization: "" })).toEqual({ result: "deny", reason: "wrong_secret" });
    expect(await authn(token, { authorization: "Bearer guess" })).toEqual({ result: "deny", reason: "wrong_secret" });
    const unset = { ...runtime, env: { ...runtime.env, BROKER_HOOK_SECRET: undefined } };
    expect(await authn(token, { of: () => unset })).toEqual({ result: "deny", reason: "wrong_secret" });
  });

  test("an error of ours is a refusal, never a status that EMQX would pass over", async () => {
    const token = await granted(everything);
    await authn(token);
    const database = { ...store.database, pool: { query: () => Promise.reject(new Error("the database is away")) } };
    const broken = { ...runtime, database: database as unknown as HookRuntime["database"] };
    expect(await authn(token, { of: () => broken })).toEqual({ result: "deny", reason: "unavailable" });
    await hooksOf(broken).close();
  });
});
