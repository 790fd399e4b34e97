import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import { emqxAuthn, hookRoute, rabbitmqUser } from "@/lib/server/broker-hooks";
import { type HookDoor, type HookRuntime, hooksOf } from "@/lib/server/broker-hooks/hook-route";
import { brokerSettings } from "@/lib/testing/broker-settings";
import { fakeClock } from "@/lib/testing/clock";
import { refusedByCircumstance, refusedByThemselves } from "@/lib/testing/crafted";
import { genuine } from "@/lib/testing/crafted/circumstances";
import { type CraftedToken, type Forge, type GoodToken, openForge } from "@/lib/testing/crafted/forge";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { connectPacket, rawMqtt } from "@/lib/testing/raw-mqtt";
import { testSecrets } from "@/lib/testing/secrets";
import { type ProductBroker, startProductBroker } from "./product-broker";

/** docs/broker.md: 4, no genuine token of ours; 5, a genuine one that does not allow this. */
const NOT_AUTHORIZED: readonly TokenRefusal[] = ["expired", "not_yet_valid", "revoked", "wrong_subject", "wrong_client_id"];
const connackOf = (reason: TokenRefusal) => (NOT_AUTHORIZED.includes(reason) ? 5 : 4);
/** What fits into the password of a CONNECT (two bytes of length) that a stranger may send, and into a hook's question. */
const SENDABLE_BYTES = 60_000;

let db: TestDatabase;
let broker: ProductBroker;
let runtime: HookRuntime;
let deviceId: string;
let rows: { refused: CraftedToken[]; good: GoodToken[] };
const secret = randomBytes(24).toString("base64url");
const clock = fakeClock(new Date(Math.floor(Date.now() / 1000) * 1000));

async function signingKey(times: { retiredAt?: Date; signsFrom?: Date } = {}) {
  const keys = generateKeyPairSync("ed25519");
  const kid = newId("signingKey");
  const { kty, crv, x } = keys.publicKey.export({ format: "jwk" });
  const privateWrapped = testSecrets().wrap(keys.privateKey.export({ format: "der", type: "pkcs8" }));
  await db.database.prisma.signingKey.create({ data: { kid, publicJwk: { kty, crv, x } as object, privateWrapped, ...times } });
  return { kid, keys };
}

/** The row of a token that was really granted. */
async function rowOf(token: string, revokedAt: Date | null) {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const { jti: id, sub: subject, kind: subjectKind, acl: scopes, fleet: fleetId, exp } = claims;
  const digest = createHash("sha256").update(token).digest("base64url");
  await db.database.prisma.accessToken.create({ data: { id, fleetId, subject, subjectKind, scopes, digest, expiresAt: new Date(exp * 1000), revokedAt } });
}

beforeAll(async () => {
  db = await testDatabase();
  const fleetId = (await makeFleet(db.database)).id;
  deviceId = (await makeDevice(db.database, fleetId)).id;
  const now = clock.now().getTime() / 1000;
  const at = { now, fleetId, deviceId };
  const forge: Forge = openForge({ ...at, ...(await signingKey()) });
  const older = openForge({ ...at, ...(await signingKey({ signsFrom: new Date(0) })) });
  const upcoming = openForge({ ...at, ...(await signingKey({ signsFrom: new Date(Date.now() + 600_000) })) });
  const retired = openForge({ ...at, ...(await signingKey({ retiredAt: new Date() })) });
  const stranger = openForge({ ...at, kid: newId("signingKey"), keys: generateKeyPairSync("ed25519") });
  const revoked = openForge({ ...at, kid: forge.header.kid, keys: forge });
  const revokedAgain = revoked.withClaims({ exp: now + 6_000 });
  await rowOf(revoked.good, new Date());
  rows = {
    refused: [
      ...refusedByThemselves(forge),
      ...refusedByCircumstance(forge),
      { name: "a key that nobody here knows", token: stranger.good, reason: "unknown_key" },
      { name: "a retired key", token: retired.good, reason: "retired_key" },
      { name: "a revoked token", token: revoked.good, reason: "revoked" },
      { name: "another token of a revoked jti", token: revokedAgain, reason: "revoked" },
    ],
    good: [...genuine(forge), { name: "a key that signs no more", token: older.good }, { name: "a key that signs soon", token: upcoming.good }],
  };
  for (const { token } of rows.good) await rowOf(token, null);
  broker = await startProductBroker({ ...brokerSettings(db.url), clock });
  await broker.ready;
  runtime = {
    env: { BROKER_HOOK_SECRET: secret, RABBITMQ_VHOST: "/", MOSQUITTO_CONTROL_URL: undefined, DATABASE_URL: db.url },
    database: db.database,
    clock,
    log: createLog("hooks", "silent"),
  };
});
afterAll(async () => {
  await hooksOf(runtime).close();
  await broker.stop();
  await db.close();
});

type Attempt = Omit<CraftedToken, "reason">;

async function connect({ token, username = deviceId, clientId = deviceId }: Attempt): Promise<number | "closed"> {
  const raw = await rawMqtt(broker.ports.tcp);
  raw.send(connectPacket({ username, clientId, password: Buffer.from(token).subarray(0, 65_535) }));
  const answer = await raw.next(({ cmd }) => cmd === "connack").catch(() => undefined);
  raw.end();
  return answer?.cmd === "connack" ? (answer.returnCode ?? -1) : "closed";
}

async function ask(door: HookDoor, query: string, body: string): Promise<string> {
  const request = new Request(`http://127.0.0.1/hook${query}`, { method: "POST", headers: { authorization: `Bearer ${secret}` }, body });
  return (await hookRoute(door, () => runtime)(request)).text();
}

async function askEmqx({ token, username = deviceId, clientId = deviceId }: Attempt): Promise<string> {
  const { result, reason } = JSON.parse(await ask(emqxAuthn, "", JSON.stringify({ username, clientid: clientId, password: token })));
  return result === "allow" ? "allow" : reason;
}

async function askRabbitmq({ token, username = deviceId, clientId = deviceId }: Attempt): Promise<string> {
  const form = new URLSearchParams({ username, client_id: clientId, password: token, vhost: "/" });
  return (await ask(rabbitmqUser, "?reasons=on", form.toString())).replace(/^deny /, "");
}

test("there are at least 200 of them", () => {
  expect(rows.refused.length).toBeGreaterThanOrEqual(200);
});

test("the embedded broker refuses each over TCP, with the code of its reason", async () => {
  const wrong: string[] = [];
  const counted: Record<string, number> = {};
  for (const row of rows.refused) {
    const sendable = row.token.length <= SENDABLE_BYTES;
    const answer = await connect(row);
    if (answer !== (sendable ? connackOf(row.reason) : "closed")) wrong.push(`${row.reason}, ${row.name}: ${answer}`);
    if (sendable) counted[row.reason] = (counted[row.reason] ?? 0) + 1;
  }
  expect(wrong).toEqual([]);
  expect(broker.stats().refused).toMatchObject(counted);
  for (const row of rows.good) expect(await connect(row), row.name).toBe(0);
});

test.each([
  ["EMQX", askEmqx],
  ["RabbitMQ", askRabbitmq],
] as const)("%s is told the reason of each", async (_, askHook) => {
  const wrong: string[] = [];
  for (const row of rows.refused) {
    const answer = await askHook(row);
    if (answer !== (row.token.length <= SENDABLE_BYTES ? row.reason : "bad_request")) wrong.push(`${row.reason}, ${row.name}: ${answer}`);
  }
  expect(wrong).toEqual([]);
  for (const row of rows.good) expect(await askHook(row), row.name).toBe("allow");
});
