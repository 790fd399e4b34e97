import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { GET as jwks } from "@/app/.well-known/jwks.json/route";
import { GET as agent } from "@/app/api/agent/route";
import { GET as agentDigest } from "@/app/api/agent/sha256/route";
import { GET as live } from "@/app/api/health/live/route";
import { GET as health } from "@/app/api/health/route";
import { GET as metrics } from "@/app/metrics/route";
import { GET as openapi } from "@/app/openapi.json/route";
import { agentFile } from "@/lib/server/agent/agent-file";
import { ensureSigningKey } from "@/lib/server/tokens";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { testSecrets } from "@/lib/testing/secrets";
import { apiKeyFor, openDoor, signedIn, type WebDoor } from "@/lib/testing/web-door";
import { GET as unknown } from "./[...unknown]/route";
import { ROUTES } from "./routes";

let db: TestDatabase;
let door: WebDoor;
let fleetId: string;
beforeAll(async () => {
  db = await testDatabase();
  door = openDoor(db.database);
  await ensureSigningKey(db.database, testSecrets());
  fleetId = (await makeFleet(db.database)).id;
});
afterAll(() => db.close());

test("alive says nothing but that", async () => {
  expect(await door.call(live)).toMatchObject({ status: 200, body: { ok: true } });
});

test("health is 503 until broker and worker are there, then 200", async () => {
  expect(await door.call(health)).toMatchObject({ status: 503, body: { ok: false } });
  await db.database.prisma.brokerRun.create({ data: { node: "a", aliveAt: new Date() } });
  await db.database.prisma.workerRun.create({ data: { node: "a", aliveAt: new Date() } });
  const well = await door.call(health);
  expect(well).toMatchObject({ status: 200, body: { ok: true } });
  expect(well.body.parts.map(({ part }: { part: string }) => part)).toEqual(["database", "broker", "worker", "migrations"]);
  await db.database.prisma.$executeRaw`update _prisma_migrations set finished_at = null where migration_name like '%by_hand'`;
  expect((await door.call(health)).body.parts).toContainEqual({ part: "migrations", ok: false, detail: expect.stringContaining("did not finish") });
  await db.database.prisma.$executeRaw`update _prisma_migrations set finished_at = now() where finished_at is null`;
});

test("the agent's file is handed out to anybody, with the digest that sha256sum checks", async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-agent-file-"));
  onTestFinished(() => {
    openDoor(db.database);
    rmSync(dataDir, { recursive: true });
  });
  openDoor(db.database, { env: { DATA_DIR: dataDir } });
  expect(await agent()).toMatchObject({ status: 404 });
  mkdirSync(path.dirname(agentFile(dataDir)));
  writeFileSync(agentFile(dataDir), "the agent");
  expect(await (await agent()).text()).toBe("the agent");
  expect(await (await agentDigest()).text()).toBe(`${createHash("sha256").update("the agent").digest("hex")}  sallyport-agent.mjs\n`);
});

test("public keys have kid, alg and use, no private part, and may be cached for minutes", async () => {
  const answer = await door.call(jwks);
  expect(answer.body).toEqual({ keys: [{ kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: expect.stringMatching(/^sig_/), alg: "EdDSA", use: "sig" }] });
  expect(answer.headers.get("cache-control")).toContain("max-age=300");
});

test("metrics are Prometheus text without any id in a label", async () => {
  const device = await makeDevice(db.database, fleetId, { presence: { state: "offline", cause: "connection_lost" } });
  const stats = {
    sessions: { open: 1, byTransport: { tcp: 1 }, opened: 3, endedByReason: { CONNECTION_LOST: 2 } },
    refused: { token_expired: 4 },
    messages: { received: 10, stored: 9, rejectedByReason: { not_json: 1 }, delivered: 5, droppedForSlowSubscribers: 0, droppedFromQueues: 0 },
    ingest: {
      queuedMessages: 0,
      queuedBytes: 0,
      heldBytes: 0,
      storeUp: true,
      commits: 3,
      commitMilliseconds: { sum: 12, buckets: [0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    },
    memoryBytes: 1000,
  };
  await db.database.prisma.brokerRun.create({ data: { node: "b", aliveAt: new Date(), stats } });
  const { status, body, headers } = await door.call(metrics);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toContain("text/plain");
  expect(body).toContain('sallyport_devices{state="offline"} 1');
  expect(body).toContain('sallyport_mqtt_connects_refused_total{reason="token_expired"} 4');
  expect(body).toContain('sallyport_ingest_commit_seconds_bucket{le="0.005"} 2');
  expect(body).toContain('sallyport_ingest_commit_seconds_bucket{le="+Inf"} 3');
  expect(body).toContain("sallyport_ingest_commit_seconds_sum 0.012");
  expect(body).not.toContain(device.id);
  expect(body).not.toContain(fleetId);
  for (const line of body.split("\n")) {
    if (line !== "" && !line.startsWith("#")) expect(line).toMatch(/^[a-z0-9_]+(\{[a-zA-Z_]+="[^"]*"(,[a-zA-Z_]+="[^"]*")*\})? (-?[0-9.e+-]+|NaN|Nan)$/);
    const [, name, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (type === "counter") expect(name).toMatch(/_total$/);
  }
});

test("beyond loopback metrics need an admin's key", async () => {
  const open = openDoor(db.database, { env: { HOST: "0.0.0.0" } });
  const { cookie } = await signedIn(open, { fleetId, role: "admin" });
  expect((await open.call(metrics)).status).toBe(401);
  expect((await open.call(metrics, { as: { cookie } })).status).toBe(403);
  expect((await open.call(metrics, { as: await apiKeyFor(open, fleetId, "operator") })).status).toBe(403);
  const { authorization } = await apiKeyFor(open, fleetId, "admin");
  expect((await open.call(metrics, { as: { authorization } })).status).toBe(200);
  door = openDoor(db.database);
});

test("the API description has every route with its permission, parameters and answers", async () => {
  const { body } = await door.call(openapi);
  expect(body.openapi).toBe("3.1.0");
  const operations = Object.entries(ROUTES).flatMap(([folder, handlers]) =>
    Object.keys(handlers)
      .filter((method) => /^[A-Z]+$/.test(method))
      .map((method) => [folder.replace(/\[(\w+)\]/g, "{$1}"), method.toLowerCase()] as const),
  );
  const ids = new Set<string>();
  for (const [path, method] of operations) {
    const operation = body.paths[path]?.[method];
    expect(operation, `${method} ${path}`).toMatchObject({ summary: expect.any(String), responses: { default: expect.anything() } });
    ids.add(operation.operationId);
    const named = (operation.parameters ?? [])
      .filter((parameter: { in: string }) => parameter.in === "path")
      .map((parameter: { name: string }) => parameter.name);
    expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  }
  expect(ids.size).toBe(operations.length);
  expect(body.paths["/devices"].post.description).toContain("devices:write");
  expect(body.paths["/devices"].post.requestBody.content["application/json"].schema.properties).toHaveProperty("name");
  expect(body.paths["/devices"].get.parameters.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(["q", "state", "cursor", "fleet"]));
  expect(body.paths["/alerts/{alertId}/acknowledge"].post.requestBody.content["application/json"].schema.properties).not.toHaveProperty("alertId");
  expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining(["Device", "Problem", "Token"]));
});

test("an address that is not there is a problem like any other", async () => {
  expect(await door.call(unknown, { path: "/api/v1/nothing" })).toMatchObject({
    status: 404,
    body: { code: "not_found", detail: "There is no /api/v1/nothing here." },
  });
});
