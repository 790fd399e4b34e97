import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceScopes } from "@/lib/protocol/access";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeTokenRow } from "@/lib/testing/factories";
import { simulateAccess } from "./index";

let db: TestDatabase;
let fleetId: string;
let device: { id: string; fleetId: string };
beforeAll(async () => {
  db = await testDatabase();
  fleetId = (await makeFleet(db.database)).id;
  device = await makeDevice(db.database, fleetId);
});
afterAll(() => db.close());

const context = (role: "admin" | "support" | "viewer" = "admin") => makeContext(db.database, { fleetId, role });
const up = () => ({ action: "publish" as const, topic: `sp/v1/${fleetId}/${device.id}/up/telemetry` });

test("each live token of a subject, and only those, with the scopes that speak of it", async () => {
  const live = await makeTokenRow(db.database, device, { label: "live" });
  await makeTokenRow(db.database, device, { revokedAt: new Date() });
  await makeTokenRow(db.database, device, { issuedAt: new Date(0), expiresAt: new Date(1_000) });
  const { results } = await simulateAccess(context("support"), { subject: device.id, checks: [up(), { action: "subscribe", topic: "#", qos: 1 }] });
  expect(results).toMatchObject([
    {
      token: { id: live.id, label: "live", state: "live" },
      decisions: [
        { ...up(), qos: 0, retain: false, authDecision: "ALLOWED", allowed: [0], denied: [], decidedBy: 0 },
        { authDecision: "IMPLICIT_DENY", fix: { kind: "impossible", why: "all_fleets" } },
      ],
    },
  ]);
});

test("scopes that nobody has yet, and a token by its id whatever became of it", async () => {
  const given = await simulateAccess(context(), { scopes: deviceScopes(fleetId, device.id), checks: [up()] });
  expect(given.results).toMatchObject([{ token: null, decisions: [{ authDecision: "ALLOWED" }] }]);
  const revoked = await makeTokenRow(db.database, device, { revokedAt: new Date() });
  expect((await simulateAccess(context(), { tokenId: revoked.id, checks: [up()] })).results).toMatchObject([{ token: { state: "revoked" } }]);
});

test("another fleet's tokens do not exist, viewers may not ask, and the question has bounds", async () => {
  const foreign = await makeDevice(db.database, (await makeFleet(db.database)).id);
  const token = await makeTokenRow(db.database, foreign);
  await expect(simulateAccess(context(), { tokenId: token.id, checks: [up()] })).rejects.toMatchObject({ code: "not_found" });
  expect(await simulateAccess(context(), { subject: foreign.id, checks: [up()] })).toEqual({ results: [] });
  await expect(simulateAccess(context("viewer"), { subject: device.id, checks: [up()] })).rejects.toMatchObject({ code: "forbidden" });
  for (const bad of [{ checks: [up()] }, { subject: "a", tokenId: "b", checks: [up()] }, { subject: "a", checks: [] }])
    await expect(simulateAccess(context(), bad)).rejects.toMatchObject({ code: "invalid_input" });
  const many = Array.from({ length: 51 }, up);
  await expect(simulateAccess(context(), { subject: device.id, checks: many })).rejects.toMatchObject({ code: "invalid_input" });
});
