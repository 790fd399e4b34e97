import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "@/lib/base/clock";
import { createLog } from "@/lib/base/log";
import { suiteFor } from "@/lib/domain/tokens/decision-suite";
import { deviceScopes, type Scope, type TokenClaims } from "@/lib/protocol/access";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { grantedToken } from "@/lib/testing/granted-token";
import { type MosquittoBroker, mosquittoInstalled, startMosquitto } from "@/lib/testing/mosquitto-broker";
import { openWire } from "@/lib/testing/mqtt-wire";
import { mustOpen, runDecisionSuite } from "@/lib/testing/run-decision-suite";
import { parseToken } from "../../tokens/parse-token";
import { revokeToken } from "../../tokens/revoke-token";
import { hookRoute, hooksOf } from "../hook-route";
import { mosquittoAdmit } from "./admit";
import { type MosquittoControl, openMosquittoControl } from "./control";
import { mosquittoKeeper } from "./keep";
import { prepareMosquitto, provisionMosquitto } from "./provision";

const everything: Scope[] = [{ permission: "allow", action: "all", topic: "#" }];

describe.skipIf(!mosquittoInstalled)("Mosquitto with grants in its dynamic-security plugin", () => {
  let store: TestDatabase;
  let broker: MosquittoBroker;
  let control: MosquittoControl;
  beforeAll(async () => {
    store = await testDatabase();
    broker = await startMosquitto();
    control = await openMosquittoControl(broker.controlUrl);
    await prepareMosquitto(control);
  });
  afterAll(async () => {
    await control?.close();
    await broker?.stop();
    await store?.close();
  });

  const claimsOf = (token: string): TokenClaims => {
    const parsed = parseToken(token);
    if (typeof parsed === "string") throw new Error(parsed);
    return parsed.claims as TokenClaims;
  };
  const allowing = (topic: string): Scope[] => [{ permission: "allow", action: "all", topic }];
  const login = async (scopes: readonly Scope[], protocolVersion: 4 | 5 = 4, of: Omit<Parameters<typeof grantedToken>[1], "scopes"> = {}) => {
    const token = await grantedToken(store.database, { scopes, ...of });
    await provisionMosquitto(control, { claims: claimsOf(token.password), token: token.password });
    return { port: broker.port, protocolVersion, ...token };
  };

  test.each([4, 5] as const)("keeps the decision suite, MQTT %s", async (version) => {
    const grants = suiteFor("mosquitto");
    const run = await runDecisionSuite({ grants, control: await login(everything, version), provision: ({ scopes }) => login(scopes, version) });
    expect(run.differences).toEqual([]);
    expect(run.ran).toBe(grants.flatMap(({ decisions }) => decisions).length);
  });

  test("a subscription that reaches into a denied part is taken, and nothing denied is delivered", async () => {
    const platform = await mustOpen(await login(everything));
    const wire = await mustOpen(await login([...allowing("part/#"), { permission: "deny", action: "subscribe", topic: "part/secret/#" }]));
    expect(await wire.subscribe("part/#", 1)).toBe(1);
    for (const topic of ["part/secret", "part/secret/deep", "part/open"]) await platform.publish(topic, "", { qos: 1, retain: false });
    await expect.poll(() => wire.delivered.map(({ topic }) => topic)).toEqual(["part/open"]);
    await Promise.all([wire.close(), platform.close()]);
  });

  const REFUSED = { refused: 5 };

  test("refuses who is not the token's own", async () => {
    const mine = await login(everything);
    const other = await login(everything);
    expect(await openWire({ ...mine, clientId: other.clientId })).toEqual(REFUSED);
    expect(await openWire({ ...mine, clientId: "" })).toEqual(REFUSED);
    expect(await openWire({ ...mine, username: other.username })).toEqual(REFUSED);
    expect(await openWire({ ...mine, password: other.password })).toEqual(REFUSED);
    expect(await openWire({ ...mine, username: "sallyport-guard" })).toEqual(REFUSED);
  });

  test("a will on a forbidden topic is not published", async () => {
    const platform = await mustOpen(await login(everything));
    await platform.subscribe("will/#", 1);
    for (const topic of ["will/other", "will/own"]) {
      const wire = await openWire({ ...(await login(allowing("will/own"))), will: { topic, payload: "", qos: 1, retain: false } });
      if (!("refused" in wire)) await wire.vanish();
    }
    await expect.poll(() => platform.delivered.map(({ topic }) => topic)).toEqual(["will/own"]);
    await platform.close();
  });

  test("a token that is shown at the hook lets its holder in", async () => {
    const secret = randomBytes(24).toString("base64url");
    const env = { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", DATABASE_URL: store.url, MOSQUITTO_CONTROL_URL: broker.controlUrl };
    const runtime = { env, database: store.database, clock: systemClock, log: createLog("hooks", "silent") };
    const show = async (token: unknown, authorization = `Bearer ${secret}`, of = runtime) => {
      const request = new Request("http://localhost/", { method: "POST", headers: { authorization }, body: JSON.stringify({ token }) });
      return (await hookRoute(mosquittoAdmit, () => of)(request)).json();
    };
    const token = await grantedToken(store.database, { scopes: allowing("shown/#") });
    expect(await openWire({ port: broker.port, ...token })).toEqual(REFUSED);
    expect(await show(token.password, "Bearer wrong")).toEqual({ result: "deny", reason: "wrong_secret" });
    expect(await show("no token")).toEqual({ result: "deny", reason: "malformed" });
    expect(await show({})).toEqual({ result: "deny", reason: "bad_request" });
    expect(await show(token.password, undefined, { ...runtime, env: { ...env, MOSQUITTO_CONTROL_URL: "mqtt://127.0.0.1:1" } })).toEqual({
      result: "deny",
      reason: "unavailable",
    });
    expect(await show(token.password)).toEqual({ result: "allow" });
    await (await mustOpen({ port: broker.port, ...token })).close();
    await hooksOf(runtime).close();
  });

  describe("the keeper", () => {
    const keeperCtx = (seconds = 0) => ({
      database: store.database,
      log: createLog("worker", "silent"),
      clock: { now: () => new Date(Date.now() + seconds * 1000) },
    });

    test("cuts and forgets revoked, ended and unknown tokens, and nobody else", async () => {
      const fleet = await makeFleet(store.database);
      const device = await makeDevice(store.database, fleet.id);
      const revoked = await login(deviceScopes(fleet.id, device.id), 4, { device });
      const [ending, lasting] = [await login(everything, 4, { ttlSeconds: 300 }), await login(everything, 4, { ttlSeconds: 3_600 })];
      const unknown = await login(everything);
      await store.database.prisma.accessToken.deleteMany({ where: { subject: unknown.username } });
      await control.run([{ command: "createClient", username: "somebody", password: "else", textname: "not ours" }]);
      const [a, b, c, d] = await Promise.all([revoked, ending, lasting, unknown].map(mustOpen));
      const open = () => [a, b, c, d].map((wire) => wire?.closed === false);

      const keeper = mosquittoKeeper(broker.controlUrl);
      const { tokenId } = revoked;
      await revokeToken(makeContext(store.database, { fleetId: fleet.id }), { tokenId });
      const removed = await keeper.step(keeperCtx());
      expect(removed).toContain(tokenId);
      expect(removed).not.toContain(ending.tokenId);
      await expect.poll(open).toEqual([false, true, true, false]);
      expect(await openWire(revoked)).toEqual(REFUSED);
      // Not looked at again before there is a reason: a revocation, a token's end, or a minute.
      expect(await keeper.step(keeperCtx(1))).toEqual([]);
      expect(await keeper.step(keeperCtx(301))).toContain(ending.tokenId);
      await expect.poll(open).toEqual([false, false, true, false]);
      const left = await control.run([{ command: "listClients" }, { command: "listRoles" }]);
      const names = JSON.stringify(left.map(({ data }) => data));
      for (const name of ["somebody", "admin", lasting.username]) expect(names).toContain(name);
      for (const name of [device.id, `sallyport-${tokenId}`, `sallyport-${ending.tokenId}`]) expect(names).not.toContain(name);
      await Promise.all([keeper.close(), c?.close()]);
    });

    test("a newer token of the same user takes the place of the older", async () => {
      const fleet = await makeFleet(store.database);
      const device = await makeDevice(store.database, fleet.id);
      const older = await login(deviceScopes(fleet.id, device.id), 4, { device });
      const wire = await mustOpen(older);
      const newer = await login(deviceScopes(fleet.id, device.id), 4, { device });
      await expect.poll(() => wire.closed).toBe(true);
      expect(await openWire(older)).toEqual(REFUSED);
      await (await mustOpen(newer)).close();
      // The same token once more.
      await provisionMosquitto(control, { claims: claimsOf(newer.password), token: newer.password });
      await (await mustOpen(newer)).close();
    });
  });
});
