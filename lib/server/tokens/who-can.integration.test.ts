import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { type Scope, workerScopes } from "@/lib/protocol/access";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeTokenRow } from "@/lib/testing/factories";
import { whoCan } from "./index";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

const NOW = new Date("2026-11-28T12:00:00Z");
const ctx = (fleetId: string, role: "admin" | "viewer" = "admin") => makeContext(db.database, { fleetId, role, clock: fakeClock(NOW) });

/** A fleet with two devices that have their default tokens. */
async function stage() {
  const fleetId = (await makeFleet(db.database)).id;
  const [one, two] = [await makeDevice(db.database, fleetId), await makeDevice(db.database, fleetId)];
  const ends = { expiresAt: new Date(NOW.getTime() + 3_600_000) };
  const [ofOne, ofTwo] = [await makeTokenRow(db.database, one, ends), await makeTokenRow(db.database, two, ends)];
  return { fleetId, one: one.id, two: two.id, ofOne: ofOne.id, ofTwo: ofTwo.id };
}

async function service(fleetId: string | null, scopes: Scope[], state: { expiresAt?: Date; revokedAt?: Date } = {}): Promise<string> {
  const id = newId("accessToken");
  const expiresAt = new Date(NOW.getTime() + 60_000);
  await db.database.prisma.accessToken.create({
    data: { id, fleetId, subjectKind: "service", subject: newId("service"), scopes, digest: id, expiresAt, ...state },
  });
  return id;
}

const allow = (action: Scope["action"], topic: string): Scope => ({ permission: "allow", action, topic });
const ids = (found: { token: { id: string } }[]) => found.map(({ token }) => token.id).toSorted();

describe("who can publish to, or subscribe to, a topic", () => {
  test("open browser tabs are left out unless they are asked for; a person's granted token is not", async () => {
    const { fleetId, one } = await stage();
    const person = async (grantedBy: string) => {
      const id = newId("accessToken");
      const scopes = [allow("subscribe", `sp/v1/${fleetId}/+/up/telemetry`)];
      const expiresAt = new Date(NOW.getTime() + 60_000);
      await db.database.prisma.accessToken.create({
        data: { id, fleetId, subjectKind: "console", subject: newId("user"), scopes, digest: id, expiresAt, grantedBy },
      });
      return id;
    };
    const [tab, granted] = [await person(""), await person("Ann")];
    const question = { topic: `${one}/up/telemetry`, action: "subscribe" as const };
    const without = await whoCan(ctx(fleetId), question);
    expect(ids(without.allowed)).toEqual([granted]);
    expect(without.allowedTotal).toBe(1);
    expect(ids((await whoCan(ctx(fleetId), { ...question, tabs: "true" })).allowed)).toEqual([granted, tab].toSorted());
  });

  test("the device, whoever names it, and whoever has a wildcard in its place; not the neighbour, not the ended", async () => {
    const { fleetId, one, two, ofOne } = await stage();
    const root = `sp/v1/${fleetId}`;
    const named = await service(fleetId, [allow("publish", `${root}/${two}/down/state`), allow("subscribe", `${root}/${one}/down/#`)]);
    const wide = await service(fleetId, [allow("subscribe", `${root}/+/down/state`)]);
    const whole = await service(fleetId, [allow("all", `${root}/#`)]);
    await service(fleetId, [allow("all", `${root}/#`)], { revokedAt: NOW });
    await service(fleetId, [allow("all", `${root}/#`)], { expiresAt: NOW });
    const asked = await whoCan(ctx(fleetId), { topic: `${one}/down/state`, action: "subscribe" });
    expect(asked.topic).toBe(`${root}/${one}/down/state`);
    expect(ids(asked.allowed)).toEqual([ofOne, named, wide, whole].toSorted());
    expect(asked.allowed.find(({ token }) => token.id === named)?.scope).toBe(1);
    expect(asked).toMatchObject({ allowedTotal: 4, stopped: [], stoppedTotal: 0 });
    expect(ids((await whoCan(ctx(fleetId), { topic: `${root}/${two}/down/state`, action: "publish" })).allowed)).toEqual([named, whole].toSorted());
  });

  test("a deny is told, and the totals are exact when the list is cut", async () => {
    const { fleetId, one, ofOne } = await stage();
    const root = `sp/v1/${fleetId}`;
    const stopped = await service(fleetId, [{ permission: "deny", action: "publish", topic: `${root}/${one}/up/telemetry` }, allow("all", `${root}/#`)]);
    const more = await Promise.all([1, 2, 3].map(() => service(fleetId, [allow("publish", `${root}/+/up/telemetry`)])));
    const asked = await whoCan(ctx(fleetId), { topic: `${one}/up/telemetry`, action: "publish", limit: 2 });
    expect(asked.stopped).toMatchObject([{ token: { id: stopped }, scope: 0 }]);
    expect(asked.allowed).toHaveLength(2);
    expect([ofOne, ...more]).toEqual(expect.arrayContaining(ids(asked.allowed)));
    expect(asked).toMatchObject({ allowedTotal: 4, stoppedTotal: 1 });
  });

  test("text that means something to JSON or SQL is only text", async () => {
    const { fleetId } = await stage();
    for (const text of ['a"b', "a\\b", "a%b", "a_b", "a'b"]) {
      const token = await service(fleetId, [allow("publish", `sp/v1/${fleetId}/${text}/x`)]);
      expect(ids((await whoCan(ctx(fleetId), { topic: `${text}/x`, action: "publish" })).allowed), text).toEqual([token]);
    }
  });

  test("another fleet's tokens and topics are not there, nor are the platform's own", async () => {
    const [mine, other] = [await stage(), await stage()];
    await service(null, workerScopes());
    expect(ids((await whoCan(ctx(mine.fleetId), { topic: `${mine.one}/presence`, action: "publish" })).allowed)).toEqual([]);
    expect((await whoCan(ctx(mine.fleetId), { topic: `${other.one}/up/telemetry`, action: "publish" })).allowedTotal).toBe(0);
    const foreign = whoCan(ctx(mine.fleetId), { topic: `sp/v1/${other.fleetId}/${other.one}/up/telemetry`, action: "publish" });
    await expect(foreign).rejects.toMatchObject({ code: "invalid_input", fields: [{ path: "topic" }] });
    await expect(whoCan(ctx(mine.fleetId, "viewer"), { topic: "a", action: "publish" })).rejects.toMatchObject({ code: "forbidden" });
  });
});
