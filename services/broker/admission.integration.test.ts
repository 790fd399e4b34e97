import { spawn, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { type TokenClaims, workerScopes } from "@/lib/protocol/access";
import { topics } from "@/lib/protocol/topics";
import { grantConsoleToken, grantDeviceToken, mintServiceToken, revokeToken } from "@/lib/server/tokens";
import { writeToken } from "@/lib/server/tokens/mint-token";
import { ensureSigningKey } from "@/lib/server/tokens/signing-keys";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeUser } from "@/lib/testing/factories";
import { connectPacket, rawMqtt } from "@/lib/testing/raw-mqtt";
import { testSecrets } from "@/lib/testing/secrets";
import { type ProductBroker, startProductBroker } from "./product-broker";

let db: TestDatabase;
let broker: ProductBroker;
let fleetId: string;
let device: string;
let other: string;
let token: string;

const context = () => makeContext(db.database, { fleetId });
const claimsNow = (): TokenClaims => {
  const iat = Math.floor(Date.now() / 1000);
  const base = { iss: "sallyport", aud: "sallyport-mqtt", sub: device, jti: newId("accessToken"), iat, exp: iat + 600 };
  return { ...base, fleet: fleetId, kind: "device", acl: [] };
};
const signed = async (claims: object) => writeToken({ ...claimsNow(), ...claims }, await ensureSigningKey(db.database, testSecrets()));

beforeAll(async () => {
  db = await testDatabase();
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
  device = (await makeDevice(db.database, fleetId)).id;
  other = (await makeDevice(db.database, fleetId)).id;
  token = (await grantDeviceToken(context(), { deviceId: device })).token;
  broker = await startProductBroker(brokerSettings(db.url));
  await broker.ready;
});
afterAll(async () => {
  await broker?.stop();
  await db?.close();
});

/** The return code of a CONNECT; "closed" when there was none. */
async function connect(fields: Parameters<typeof connectPacket>[0]): Promise<number | "closed"> {
  const raw = await rawMqtt(broker.ports.tcp);
  raw.send(connectPacket(fields));
  const answer = await raw.next(({ cmd }) => cmd === "connack").catch(() => undefined);
  raw.end();
  return answer?.cmd === "connack" ? (answer.returnCode ?? -1) : "closed";
}
const login = (password: string, fields: Parameters<typeof connectPacket>[0] = {}) => connect({ username: device, password: Buffer.from(password), ...fields });

describe("return codes", () => {
  test("0: a genuine token, with the client id empty or the device's own", async () => {
    expect(await login(token)).toBe(0);
    expect(await login(token, { clientId: device })).toBe(0);
    expect(await login(token, { clientId: device, clean: false })).toBe(0);
  });

  test("4: no genuine token of ours", async () => {
    expect(await connect({})).toBe(4);
    expect(await connect({ username: device })).toBe(4);
    expect(await login("secret")).toBe(4);
    expect(await login(`${token.slice(0, -4)}AAAA`)).toBe(4);
    expect(await login(` ${token}`)).toBe(4);
    expect(await login(await signed({ aud: "another" }))).toBe(4);
    const foreignKey = { kid: "sig_0000000000000000", sign: () => Buffer.alloc(64) };
    expect(await login(writeToken(claimsNow(), foreignKey))).toBe(4);
  });

  test("5: a genuine token that does not allow this connection", async () => {
    expect(await login(token, { username: other })).toBe(5);
    expect(await login(token, { clientId: other })).toBe(5);
    expect(await login(token, { clientId: `${device}_2` })).toBe(5);
    const now = Math.floor(Date.now() / 1000);
    expect(await login(await signed({ iat: now - 700, exp: now - 61 }))).toBe(5);
    expect(await login(await signed({ nbf: now + 120 }))).toBe(5);
    expect(await login(token, { will: { topic: topics.presence(fleetId, device), payload: Buffer.from("x"), qos: 1, retain: true } })).toBe(5);
    expect(await login(token, { will: { topic: topics.up(fleetId, other, "telemetry"), payload: Buffer.from("x"), qos: 0, retain: false } })).toBe(5);
    const { token: doomed, tokenId } = await grantDeviceToken(context(), { deviceId: device });
    await revokeToken(context(), { tokenId });
    await expect.poll(() => login(doomed)).toBe(5);
  });

  test("1 and 2: another version, and an empty client id with a session to keep", async () => {
    expect(await login(token, { protocolVersion: 5 })).toBe(1);
    expect(await login(token, { clean: true })).toBe(0);
    const raw = await rawMqtt(broker.ports.tcp);
    const packet = connectPacket({ username: device, password: Buffer.from(token) });
    packet[packet.indexOf("MQTT") + 5] = (packet[packet.indexOf("MQTT") + 5] ?? 0) & ~2; // clean session off
    raw.send(packet);
    expect(await raw.next(({ cmd }) => cmd === "connack")).toMatchObject({ returnCode: 2 });
    await raw.closed;
  });

  test("none: keep-alive off or above the ceiling (MQTT-3.2.2-6)", async () => {
    expect(await login(token, { keepalive: 0 })).toBe("closed");
    expect(await login(token, { keepalive: 65_535 })).toBe("closed");
    expect(await login(token, { keepalive: 1_200 })).toBe(0);
  });

  test("the tolerance for clocks is a minute, not more", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await login(await signed({ iat: now - 700, exp: now - 30 }))).toBe(0);
    expect(await login(await signed({ iat: now + 30 }))).toBe(0);
    expect(await login(await signed({ iat: now + 90, exp: now + 600 }))).toBe(5);
  });
});

test("consoles and services connect under their bound client id only", async () => {
  const user = await makeUser(db.database, { fleetId, role: "viewer" });
  const actor = { kind: "user" as const, id: user.id, name: user.name, roles: new Map([[fleetId, "viewer" as const]]) };
  const live = await grantConsoleToken(makeContext(db.database, { fleetId, actor }), {});
  expect(live).toMatchObject({ username: user.id, fleetId, payloads: true });
  const password = Buffer.from(live.token);
  expect(await connect({ username: live.username, clientId: live.clientId, password })).toBe(0);
  expect(await connect({ username: live.username, clientId: "", password })).toBe(0);
  expect(await connect({ username: live.username, clientId: live.username, password })).toBe(5);
  const service = await mintServiceToken({ ...context(), database: db.database }, { label: "worker", scopes: workerScopes() });
  const servicePassword = Buffer.from(service.token);
  expect(await connect({ username: service.username, clientId: service.clientId, password: servicePassword })).toBe(0);
  expect(await connect({ username: service.username, clientId: "worker", password: servicePassword })).toBe(5);
});

test("a broker that could not read its keys yet says so with 3", async () => {
  const blind = await startProductBroker(brokerSettings("postgresql://nobody@127.0.0.1:1/nothing"));
  try {
    const raw = await rawMqtt(blind.ports.tcp);
    raw.send(connectPacket({ username: device, password: Buffer.from(token) }));
    expect(await raw.next(({ cmd }) => cmd === "connack")).toMatchObject({ returnCode: 3 });
  } finally {
    await blind.stop();
  }
});

test("one subject has a bounded number of sessions", async () => {
  const ownToken = (await grantDeviceToken(context(), { deviceId: other })).token;
  const open = await Promise.all(
    Array.from({ length: 32 }, async () => {
      const raw = await rawMqtt(broker.ports.tcp);
      raw.send(connectPacket({ username: other, password: Buffer.from(ownToken) }));
      await raw.next(({ cmd }) => cmd === "connack");
      return raw;
    }),
  );
  expect(await connect({ username: other, password: Buffer.from(ownToken) })).toBe(3);
  for (const raw of open) raw.end();
  await expect.poll(() => connect({ username: other, password: Buffer.from(ownToken) })).toBe(0);
});

describe.skipIf(spawnSync("mosquitto_pub", ["--help"]).error !== undefined)("mosquitto's own clients", () => {
  const run = (command: string, args: string[]) =>
    new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = spawn(command, ["-h", "127.0.0.1", "-p", String(broker.ports.tcp), ...args]);
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (output += chunk));
      child.on("exit", (code) => resolve({ code, output }));
    });
  const publish = (...args: string[]) =>
    run("mosquitto_pub", ["-t", topics.up(fleetId, device, "telemetry"), "-m", '{"temperature":21.4}', "-q", "1", ...args]);

  test("a granted token publishes, with the client id left empty or the device's own", async () => {
    expect(await publish("-u", device, "-P", token)).toEqual({ code: 0, output: "" });
    expect(await publish("-u", device, "-P", token, "-i", device)).toEqual({ code: 0, output: "" });
    const { rows } = await db.database.pool.query("select count(*)::int as n from measurement where device_id = $1", [device]);
    expect(rows[0].n).toBe(2);
  });

  test("wrong, missing, foreign, expired: the right return code", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect((await publish("-u", device, "-P", "wrong")).code).toBe(4);
    expect((await publish()).code).toBe(4);
    expect((await publish("-u", other, "-P", token)).code).toBe(5);
    expect((await publish("-u", device, "-P", await signed({ iat: now - 700, exp: now - 600 }))).code).toBe(5);
  });

  test("mosquitto_sub is told of a refused filter", async () => {
    const { output } = await run("mosquitto_sub", ["-u", device, "-P", token, "-t", "#", "-W", "2"]);
    expect(output).toContain("All subscription requests were denied");
  });
});
