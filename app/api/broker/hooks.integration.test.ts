import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceScopes } from "@/lib/protocol/access";
import { hooksOf } from "@/lib/server/broker-hooks/hook-route";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { type GrantedToken, grantedToken } from "@/lib/testing/granted-token";
import { openDoor, type WebDoor } from "@/lib/testing/web-door";
import { installRuntime } from "@/lib/web/runtime";
import { POST as emqxAuthn } from "./emqx/authn/route";
import { POST as emqxAuthz } from "./emqx/authz/route";
import { POST as mosquittoAdmit } from "./mosquitto/admit/route";
import { POST as rabbitmqResource } from "./rabbitmq/resource/route";
import { POST as rabbitmqTopic } from "./rabbitmq/topic/route";
import { POST as rabbitmqUser } from "./rabbitmq/user/route";
import { POST as rabbitmqVhost } from "./rabbitmq/vhost/route";

const secret = "a-secret-of-the-hooks-for-this-test-only";
let store: TestDatabase;
let door: WebDoor;
let token: GrantedToken;
let root: string;

beforeAll(async () => {
  store = await testDatabase();
  door = openDoor(store.database, { env: { BROKER_HOOK_SECRET: secret, DATABASE_URL: store.url } });
  const fleet = await makeFleet(store.database);
  const device = await makeDevice(store.database, fleet.id);
  token = await grantedToken(store.database, { scopes: deviceScopes(fleet.id, device.id), device });
  root = `sp/v1/${fleet.id}/${device.id}`;
});
afterAll(async () => {
  await hooksOf(door.runtime).close();
  await store.close();
});

const basic = { authorization: `Basic ${Buffer.from(`rabbitmq:${secret}`).toString("base64")}` };
type Route = (request: Request) => Promise<Response>;
const post = async (route: Route, body: string, { headers = basic as Record<string, string>, path = "/" } = {}) => {
  const response = await route(new Request(new URL(path, "http://localhost"), { method: "POST", headers, body }));
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
  return response.text();
};
/** As RabbitMQ sends them. */
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const context = () => ({ username: token.username, vhost: "/", tags: "", client_id: token.clientId });
const topic = (permission: string, routing_key: string) =>
  form({
    username: token.username,
    vhost: "/",
    resource: "topic",
    name: "amq.topic",
    permission,
    tags: "",
    routing_key: routing_key.replaceAll("/", ".").replaceAll("+", "*"),
    "variable_map.client_id": token.clientId,
    "variable_map.username": token.username,
    "variable_map.vhost": "/",
  });

test("RabbitMQ's four questions, as captured from 3.10.8", async () => {
  const user = form({ username: token.username, password: token.password, vhost: "/", client_id: token.clientId });
  expect(await post(rabbitmqVhost, form({ ...context(), ip: "127.0.0.1" }))).toBe("deny");
  expect(await post(rabbitmqUser, user)).toBe("allow");
  expect(await post(rabbitmqVhost, form({ ...context(), ip: "127.0.0.1" }))).toBe("allow");
  const queue = { ...context(), resource: "queue", name: `mqtt-subscription-${token.clientId}qos1` };
  for (const permission of ["configure", "read", "write"]) expect(await post(rabbitmqResource, form({ ...queue, permission }))).toBe("allow");
  expect(await post(rabbitmqResource, form({ ...queue, name: "ingest", permission: "read" }))).toBe("deny");
  expect(await post(rabbitmqTopic, topic("write", `${root}/up/telemetry`))).toBe("allow");
  expect(await post(rabbitmqTopic, topic("read", `${root}/down/#`))).toBe("allow");
  expect(await post(rabbitmqTopic, topic("read", "sp/v1/+/+/down/#"))).toBe("deny");
  expect(await post(rabbitmqUser, user.replace("vhost=%2F", "vhost=other"))).toBe("deny");
  expect(await post(rabbitmqUser, form({ username: token.username, password: token.password }))).toBe("deny");
});

test("the reason follows where the configured address asks for it", async () => {
  const path = "/api/broker/rabbitmq/topic?reasons=on";
  expect(await post(rabbitmqTopic, topic("write", `${root}/down/x`), { path })).toBe("deny implicit_deny");
  expect(await post(rabbitmqTopic, "%", { path })).toBe("deny bad_request");
  expect(await post(rabbitmqTopic, topic("write", `${root}/up/telemetry`), { path })).toBe("allow");
});

test("EMQX's two", async () => {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const authn = JSON.stringify({ username: token.username, password: token.password, clientid: token.clientId });
  expect(JSON.parse(await post(emqxAuthn, authn, { headers }))).toMatchObject({ result: "allow", is_superuser: false });
  const asked = { username: token.username, clientid: token.clientId, action: "publish", qos: "1", retain: "false" };
  expect(JSON.parse(await post(emqxAuthz, JSON.stringify({ ...asked, topic: `${root}/up/telemetry` }), { headers }))).toEqual({ result: "allow" });
  expect(JSON.parse(await post(emqxAuthz, JSON.stringify({ ...asked, topic: "$SYS/brokers" }), { headers }))).toEqual({ result: "deny", reason: "reserved" });
});

test("what the hooks refuse is kept, with whose it was and where it came from", async () => {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const who = { username: token.username, clientid: token.clientId, peerhost: "192.0.2.7" };
  await post(emqxAuthn, JSON.stringify({ ...who, password: "a guess" }), { headers });
  await post(emqxAuthn, JSON.stringify({ ...who, password: token.password, clientid: "another" }), { headers });
  await post(emqxAuthn, JSON.stringify({ ...who, password: token.password }), { headers });
  await post(emqxAuthz, JSON.stringify({ ...who, action: "publish", qos: "1", retain: "true", topic: `${root}/presence` }), { headers });
  await post(rabbitmqUser, form({ username: token.username, password: token.password, vhost: "/", client_id: token.clientId }));
  await post(rabbitmqTopic, topic("read", `${root}/up/#`));
  const kept = () =>
    store.database.prisma.refusal.findMany({ where: { clientId: { in: [token.clientId, "another"] } }, orderBy: [{ broker: "asc" }, { reason: "asc" }] });
  await expect.poll(async () => (await kept()).length, { timeout: 5_000 }).toBeGreaterThanOrEqual(5);
  const proven = { subject: token.username, fleetId: expect.any(String), deviceId: token.username, tokenId: token.tokenId };
  expect(await kept()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ broker: "emqx", action: "publish", reason: "implicit_deny", topic: `${root}/presence`, qos: 1, retain: true, ...proven }),
      expect.objectContaining({ broker: "emqx", action: "connect", reason: "malformed", address: "192.0.2.7", ...proven, tokenId: null }),
      expect.objectContaining({ broker: "emqx", action: "connect", reason: "wrong_client_id", clientId: "another", ...proven }),
      expect.objectContaining({ broker: "rabbitmq", action: "subscribe", reason: "implicit_deny", topic: `${root}/up/#`, ...proven }),
    ]),
  );
  expect(JSON.stringify(await kept(), (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toMatch(/a guess|eyJ/);
});

test("without the secret, or without a working web process, every route refuses with 200", async () => {
  const routes = [emqxAuthn, emqxAuthz, mosquittoAdmit, rabbitmqUser, rabbitmqVhost, rabbitmqResource, rabbitmqTopic];
  for (const route of routes) expect(await post(route, "{}", { headers: {} })).toMatch(/deny/);
  expect(await post(mosquittoAdmit, JSON.stringify({ token: token.password }))).toContain("no_mosquitto");
  installRuntime(undefined);
  for (const route of routes) expect(await post(route, "{}")).toMatch(/deny/);
  installRuntime(door.runtime);
});
