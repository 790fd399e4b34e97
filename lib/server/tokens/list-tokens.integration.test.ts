import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import type { TokenListView } from "@/lib/domain/tokens/token-list";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet, makeSession, makeTokenRow, makeUser } from "@/lib/testing/factories";
import { listTokens, readToken } from "./index";

const DAY = 86_400_000;
const from = (ms: number) => new Date(Date.now() + ms);

let db: TestDatabase;
let fleetId: string;
let ids: Record<string, string>;

beforeAll(async () => {
  db = await testDatabase();
  const { database } = db;
  fleetId = (await makeFleet(database)).id;
  const [pump, valve, retired] = await Promise.all([
    makeDevice(database, fleetId, { name: "Pump 1" }),
    makeDevice(database, fleetId, { name: "Valve 1" }),
    makeDevice(database, fleetId, { lifecycle: "retired" }),
  ]);
  const { prisma } = database;
  const year = { expiresAt: from(300 * DAY) };
  const make = async (device: typeof pump, label: string, options: object) => (await makeTokenRow(database, device, { label, ...year, ...options })).id;
  ids = {
    connected: await make(pump, "connected", {}),
    external: await make(pump, "external", {}),
    unused: await make(pump, "unused", { issuedAt: from(-2 * DAY) }),
    fresh: await make(pump, "fresh", {}),
    partly: await make(valve, "partly", {}),
    whole: await make(valve, "whole", {}),
    due: await make(valve, "due", { expiresAt: from(3 * DAY) }),
    renewed: await make(valve, "renewed", { expiresAt: from(4 * DAY) }),
    successor: await make(valve, "successor", {}),
    gone: await make(retired, "gone", { expiresAt: from(3 * DAY) }),
    expired: await make(pump, "expired", { expiresAt: from(-DAY) }),
    revoked: await make(pump, "revoked", { revokedAt: from(-DAY), revokedReason: "test" }),
  };
  const id = (name: string) => ids[name] ?? "";
  await makeSession(database, pump, { number: 5n, tokenId: id("connected") });
  await makeSession(database, pump, { number: 4n, tokenId: id("connected"), disconnectedAt: from(-1000), disconnectReason: "CONNECTION_LOST" });
  await prisma.brokerLogin.create({
    data: { broker: "emqx", subject: pump.id, clientId: pump.id, tokenId: id("external"), at: from(-1000), expiresAt: from(DAY) },
  });
  const used = ["connected", "external", "partly", "whole", "due", "renewed", "successor", "gone"].map(id);
  await prisma.accessToken.updateMany({ where: { id: { in: used } }, data: { lastUsedAt: from(-1000) } });
  const whole = used.filter((one) => one !== id("partly")).flatMap((tokenId) => [0, 1].map((scope) => ({ tokenId, scope })));
  await prisma.scopeUse.createMany({
    data: [...whole, { tokenId: id("partly"), scope: 0 }].map((use) => ({ ...use, count: 7n, firstAt: from(-DAY), lastAt: from(-1000) })),
  });
  await prisma.accessToken.update({ where: { id: id("successor") }, data: { replacesId: id("renewed"), batchId: "bat_1" } });
  const person = await makeUser(database, { fleetId, name: "Ada", role: "viewer" });
  const tab = { fleetId, subjectKind: "console" as const, subject: person.id, scopes: [], expiresAt: from(600_000) };
  await prisma.accessToken.create({ data: { ...tab, id: newId("accessToken"), digest: "tab", label: "live console" } });
  await prisma.accessToken.create({
    data: { ...tab, id: newId("accessToken"), digest: "person", label: "laptop", grantedBy: "Grace", expiresAt: from(100 * DAY) },
  });
});
afterAll(() => db.close());

const ctx = () => makeContext(db.database, { fleetId });
const labels = async (input: Parameters<typeof listTokens>[1]) => (await listTokens(ctx(), input)).items.map(({ label }) => label).sort();

describe("the list of tokens", () => {
  test.each<[TokenListView, string[]]>([
    ["live", ["connected", "due", "external", "fresh", "gone", "laptop", "partly", "renewed", "successor", "unused", "whole"]],
    ["connected", ["connected", "external"]],
    ["unused", ["unused"]],
    ["partly", ["partly"]],
    ["renewals", ["due"]],
    ["expired", ["expired"]],
    ["revoked", ["revoked"]],
  ])("%s: who is in it, with the exact count", async (view, expected) => {
    const { items, total, views } = await listTokens(ctx(), { view });
    expect(items.map(({ label }) => label).sort()).toEqual(expected);
    expect([total, views[view]]).toEqual([expected.length, expected.length]);
    // Counts are the same whichever view is open.
    expect((await listTokens(ctx(), {})).views).toEqual(views);
  });

  test("open browser tabs only when asked for; kinds and the query language narrow rows and counts alike", async () => {
    expect(await labels({ view: "live", kind: "console" })).toEqual(["laptop"]);
    expect(await labels({ view: "live", kind: "console", tabs: "true" })).toEqual(["laptop", "live console"]);
    expect(await labels({ q: "Valve" })).toEqual(["due", "partly", "renewed", "successor", "whole"]);
    const found = await listTokens(ctx(), { view: "live", q: "holder:valve* expires<10d" });
    expect([found.total, found.views.renewals, found.views.partly]).toEqual([2, 1, 0]);
    await expect(listTokens(ctx(), { q: "nonsense:1" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("pages meet each token once, in every order; a cursor of another view is refused", async () => {
    for (const view of ["live", "renewals", undefined] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listTokens(ctx(), { view, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe((await listTokens(ctx(), { view })).total);
    }
    const { nextCursor } = await listTokens(ctx(), { view: "live", limit: 1 });
    await expect(listTokens(ctx(), { view: "connected", cursor: nextCursor ?? "" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("each tells where it is connected, and how much of it was used", async () => {
    const { items } = await listTokens(ctx(), { view: "live" });
    const of = (label: string) => items.find((item) => item.label === label);
    expect(of("connected")).toMatchObject({ connected: 1, connections: [{ broker: "embedded", address: "127.0.0.1" }], scopesUsed: 2, scopesAllowing: 2 });
    expect(of("external")).toMatchObject({ connected: 1, connections: [{ broker: "emqx", address: null }] });
    expect(of("partly")).toMatchObject({ subjectName: "Valve 1", connected: 0, scopesUsed: 1, scopesAllowing: 2 });
    expect(of("laptop")).toMatchObject({ subjectName: "Ada", grantedBy: "Grace" });
  });
});

describe("one token", () => {
  test("what it can do in words, what was used of it, its sessions, and the tokens around it", async () => {
    const token = await readToken(ctx(), { tokenId: ids.connected ?? "" });
    expect(token.words.can.length).toBeGreaterThan(0);
    expect(token.uses.map(({ count }) => count)).toEqual([7, 7]);
    expect([token.sessionsTotal, token.sessions.map(({ number }) => number)]).toEqual([2, ["5", "4"]]);
    expect(await readToken(ctx(), { tokenId: ids.renewed ?? "" })).toMatchObject({ replaces: null, replacedBy: [{ id: ids.successor, state: "live" }] });
    expect(await readToken(ctx(), { tokenId: ids.successor ?? "" })).toMatchObject({ replaces: { id: ids.renewed }, replacedBy: [], batchSize: 1 });
  });

  test("of another fleet does not exist, in lists neither; viewers see none", async () => {
    const other = makeContext(db.database, { fleetId: (await makeFleet(db.database)).id });
    await expect(readToken(other, { tokenId: ids.connected ?? "" })).rejects.toMatchObject({ code: "not_found" });
    expect(await listTokens(other, { tabs: "true" })).toMatchObject({ items: [], total: 0, views: { live: 0, connected: 0 } });
    const viewer = makeContext(db.database, { fleetId, role: "viewer" });
    await expect(readToken(viewer, { tokenId: ids.connected ?? "" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(listTokens(viewer, {})).rejects.toMatchObject({ code: "forbidden" });
  });
});
