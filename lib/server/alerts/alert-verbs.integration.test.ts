import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "@/lib/base/ids";
import { ROLES, type Role, roleAllows } from "@/lib/domain/members/permissions";
import { fakeClock } from "@/lib/testing/clock";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeAlertRule, makeDevice, makeFleet, makeSite } from "@/lib/testing/factories";
import type { Context } from "../context";
import * as alerts from "./index";

let db: TestDatabase;
let fleetId: string;
let otherFleetId: string;
const clock = fakeClock();

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.database.prisma.outbox.deleteMany();
  fleetId = (await makeFleet(db.database)).id;
  otherFleetId = (await makeFleet(db.database)).id;
});

const as = (role: Role | "none", fleet = fleetId): Context => makeContext(db.database, { fleetId: fleet, role, clock });
const admin = () => as("admin");
const audit = (action: string) => db.database.prisma.auditEvent.findMany({ where: { fleetId, action }, orderBy: { id: "asc" } });

async function makeAlert(
  options: { state?: "pending" | "firing" | "resolved"; minutesAgo?: number; deviceId?: string; ruleId?: string; neverFired?: boolean; fleet?: string } = {},
) {
  const { state = "firing", minutesAgo = 0, neverFired = false, fleet = fleetId } = options;
  const at = new Date(clock.now().getTime() - minutesAgo * 60_000);
  return db.database.prisma.alert.create({
    data: {
      id: newId("alert"),
      fleetId: fleet,
      ruleId: options.ruleId ?? (await makeAlertRule(db.database, fleet)).id,
      deviceId: options.deviceId ?? (await makeDevice(db.database, fleet)).id,
      state,
      pendingAt: at,
      firedAt: state === "pending" || neverFired ? null : at,
      resolvedAt: state === "resolved" ? at : null,
    },
  });
}

describe("lists", () => {
  test("firing, then pending, then resolved, newest first, page by page; open ones ignore the time range", async () => {
    const oldFiring = await makeAlert({ minutesAgo: 10_000 });
    const firing = await makeAlert({ minutesAgo: 5 });
    const pending = await makeAlert({ state: "pending", minutesAgo: 1 });
    const resolved = await makeAlert({ state: "resolved", minutesAgo: 2 });
    const oldResolved = await makeAlert({ state: "resolved", minutesAgo: 10_000 });
    await makeAlert({ state: "resolved", neverFired: true });
    await makeAlert({ fleet: otherFleetId });

    const first = await alerts.listAlerts(admin(), { limit: 2 });
    const second = await alerts.listAlerts(admin(), { limit: 2, cursor: first.nextCursor ?? "" });
    const third = await alerts.listAlerts(admin(), { limit: 2, cursor: second.nextCursor ?? "" });
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).toEqual([firing.id, oldFiring.id, pending.id, resolved.id, oldResolved.id]);
    expect([first.total, third.nextCursor]).toEqual([5, null]);

    const recent = await alerts.listAlerts(admin(), { since: new Date(clock.now().getTime() - 3_600_000).toISOString() });
    expect(recent.items.map(({ id }) => id)).toEqual([firing.id, oldFiring.id, pending.id, resolved.id]);
    expect((await alerts.listAlerts(admin(), { state: "open" })).total).toBe(3);
    expect((await alerts.listAlerts(admin(), { state: "resolved" })).total).toBe(2);
    expect((await alerts.listAlerts(admin(), { deviceId: firing.deviceId })).items.map(({ id }) => id)).toEqual([firing.id]);
    await expect(alerts.listAlerts(admin(), { cursor: "rubbish" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("rules come with how many alerts fire", async () => {
    const rule = await makeAlertRule(db.database, fleetId, { name: "Hot" });
    await makeAlert({ ruleId: rule.id });
    await makeAlert({ ruleId: rule.id, state: "resolved" });
    await makeAlertRule(db.database, otherFleetId);
    expect(await alerts.listAlertRules(admin(), {})).toMatchObject({ items: [{ id: rule.id, name: "Hot", firing: 1 }], total: 1, nextCursor: null });
  });
});

describe("acknowledging", () => {
  test("keeps the state, names the person, tells channels and consoles, once", async () => {
    const { id } = await makeAlert();
    const first = await alerts.acknowledgeAlert({ ...admin(), actor: person("Ada") }, { alertId: id, comment: "on my way" });
    expect(first).toMatchObject({ state: "firing", acknowledgedBy: "Ada", comment: "on my way", acknowledgedAt: clock.now().toISOString(), version: 1 });
    const second = await alerts.acknowledgeAlert({ ...admin(), actor: person("Grace") }, { alertId: id, comment: "me too" });
    expect(second).toEqual(first);
    expect(await audit("alert.acknowledged")).toMatchObject([{ objectId: id, actorName: "Ada" }]);
    const outbox = await db.database.prisma.outbox.findMany({ orderBy: { id: "asc" } });
    expect(outbox.map(({ kind, payload }) => [kind, payload])).toMatchObject([
      ["alert.notify", { event: "alert.acknowledged", alertIds: [id] }],
      ["live.publish", { alerts: [{ id, acknowledged: true, version: 1 }] }],
    ]);
  });

  test("of twenty at once exactly one is first, and all see the same", async () => {
    const { id } = await makeAlert();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => alerts.acknowledgeAlert({ ...admin(), actor: person(`Person ${n}`) }, { alertId: id, comment: `${n}` })),
    );
    expect(new Set(answers.map(({ acknowledgedBy }) => acknowledgedBy)).size).toBe(1);
    expect(new Set(answers.map(({ comment }) => comment)).size).toBe(1);
    expect(await audit("alert.acknowledged")).toHaveLength(1);
    expect((await db.database.prisma.alert.findUniqueOrThrow({ where: { id } })).version).toBe(1);
  });

  const person = (name: string): Context["actor"] => ({ kind: "user", id: newId("user"), name, roles: new Map([[fleetId, "operator"]]) });
});

describe("rules", () => {
  const hot = { kind: "threshold" as const, name: "Hot", metric: "temperature", comparison: "above" as const, threshold: 30 };

  test("added, changed and removed, each with an audit row", async () => {
    const added = await alerts.addAlertRule(admin(), hot);
    expect(added).toMatchObject({ ...hot, holdSeconds: 60, severity: "warning", enabled: true, firing: 0 });
    const changed = await alerts.changeAlertRule(admin(), { ruleId: added.id, threshold: 35, severity: "critical" });
    expect(changed).toMatchObject({ name: "Hot", metric: "temperature", threshold: 35, severity: "critical" });
    await makeAlert({ ruleId: added.id, state: "resolved" });
    expect(await alerts.removeAlertRule(admin(), { ruleId: added.id })).toEqual({ ruleId: added.id, alertsRemoved: 1 });
    for (const action of ["alert_rule.added", "alert_rule.changed", "alert_rule.removed"]) expect(await audit(action), action).toHaveLength(1);
    await expect(alerts.removeAlertRule(admin(), { ruleId: added.id })).rejects.toMatchObject({ code: "not_found" });
  });

  test("a changed condition or a rule switched off ends its alerts; another name does not", async () => {
    const { id } = await alerts.addAlertRule(admin(), hot);
    const state = async (alertId: string) => (await db.database.prisma.alert.findUniqueOrThrow({ where: { id: alertId } })).state;
    const [first, second] = [await makeAlert({ ruleId: id }), await makeAlert({ ruleId: id, state: "pending" })];
    await alerts.changeAlertRule(admin(), { ruleId: id, name: "Very hot" });
    expect(await state(first.id)).toBe("firing");
    await alerts.changeAlertRule(admin(), { ruleId: id, threshold: 40 });
    expect([await state(first.id), await state(second.id)]).toEqual(["resolved", "resolved"]);
    const third = await makeAlert({ ruleId: id });
    await alerts.changeAlertRule(admin(), { ruleId: id, enabled: false });
    expect(await state(third.id)).toBe("resolved");
    const told = await db.database.prisma.outbox.findMany({ where: { kind: "alert.notify" }, orderBy: { id: "asc" } });
    expect(told.map(({ payload }) => payload)).toEqual([
      { event: "alert.resolved", alertIds: [first.id] },
      { event: "alert.resolved", alertIds: [third.id] },
    ]);
  });

  test("names are unique, and what is watched is of this fleet", async () => {
    await alerts.addAlertRule(admin(), hot);
    await expect(alerts.addAlertRule(admin(), hot)).rejects.toMatchObject({ code: "conflict" });
    const foreign = { device: await makeDevice(db.database, otherFleetId), site: await makeSite(db.database, otherFleetId) };
    const other = { kind: "offline" as const, name: "Off" };
    await expect(alerts.addAlertRule(admin(), { ...other, deviceId: foreign.device.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(alerts.addAlertRule(admin(), { ...other, siteId: foreign.site.id })).rejects.toMatchObject({ code: "not_found" });
    await expect(alerts.addAlertRule(admin(), { ...other, profileId: foreign.device.profileId })).rejects.toMatchObject({ code: "not_found" });
  });

  test("a threshold rule cannot lose its condition, nor a rule change its kind", async () => {
    const { id } = await alerts.addAlertRule(admin(), hot);
    const sneaky = { ruleId: id, kind: "offline", fleetId: otherFleetId, metric: "" } as unknown as { ruleId: string };
    await expect(alerts.changeAlertRule(admin(), sneaky)).rejects.toMatchObject({ code: "invalid_input" });
    await alerts.changeAlertRule(admin(), { ruleId: id, kind: "offline", fleetId: otherFleetId } as unknown as { ruleId: string });
    expect(await db.database.prisma.alertRule.findUniqueOrThrow({ where: { id } })).toMatchObject({ kind: "threshold", fleetId });
  });
});

describe("channels", () => {
  test("the secret is shown once, wrapped at rest, and in no list or audit row", async () => {
    const { channel, secret } = await alerts.addChannel(admin(), { name: "Pager", url: "https://hooks.example.com/x/token-in-path" });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const row = await db.database.prisma.channel.findUniqueOrThrow({ where: { id: channel.id } });
    expect(Buffer.from(row.secretWrapped).includes(secret)).toBe(false);
    expect(admin().secrets.unwrap(row.secretWrapped).toString("utf8")).toBe(secret);
    expect(JSON.stringify(await alerts.listChannels(admin(), {}))).not.toContain("whsec_");
    const [event] = await audit("channel.added");
    expect(event?.after).toEqual({ name: "Pager", host: "hooks.example.com" });
    await alerts.removeChannel(admin(), { channelId: channel.id });
    expect(await alerts.listChannels(admin(), {})).toMatchObject({ items: [], total: 0 });
  });

  test("private addresses are refused at the form already", async () => {
    for (const url of ["http://127.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://2130706433/", "https://user:pw@example.com/"])
      await expect(alerts.addChannel(admin(), { name: "No", url }), url).rejects.toMatchObject({ code: "invalid_input" });
    const allowed = makeContext(db.database, { fleetId, env: { WEBHOOK_ALLOWED_HOSTS: ["127.0.0.1"] } });
    await alerts.addChannel(allowed, { name: "Local", url: "http://127.0.0.1:9/" });
  });

  test("switched off and on, with an audit row each; a test of one that is off is refused", async () => {
    const { channel } = await alerts.addChannel(admin(), { name: "Pager", url: "https://hooks.example.com/" });
    const id = { channelId: channel.id };
    expect(await alerts.changeChannel(admin(), { ...id, enabled: true })).toEqual(channel);
    expect(await audit("channel.changed")).toEqual([]);
    expect(await alerts.changeChannel(admin(), { ...id, enabled: false })).toMatchObject({ id: channel.id, name: "Pager", enabled: false });
    expect(await alerts.listChannels(admin(), {})).toMatchObject({ items: [{ id: channel.id, enabled: false }] });
    await expect(alerts.testChannel(admin(), id)).rejects.toMatchObject({ code: "conflict" });
    await alerts.changeChannel(admin(), { ...id, enabled: true });
    await alerts.testChannel(admin(), id);
    const events = await audit("channel.changed");
    expect(events.map(({ before, after }) => [before, after])).toEqual([
      [
        { name: "Pager", enabled: true },
        { name: "Pager", enabled: false },
      ],
      [
        { name: "Pager", enabled: false },
        { name: "Pager", enabled: true },
      ],
    ]);
  });

  test("a test message is queued", async () => {
    const { channel } = await alerts.addChannel(admin(), { name: "Pager", url: "https://hooks.example.com/" });
    const { deliveryId } = await alerts.testChannel(admin(), { channelId: channel.id });
    const { items } = await alerts.listDeliveries(admin(), { channelId: channel.id });
    expect(items).toMatchObject([{ id: deliveryId, event: "test", state: "queued", attempts: 0, channel: { name: "Pager" } }]);
  });
});

describe("who may", () => {
  const calls: [string, { permission: Parameters<typeof roleAllows>[1] }, (ctx: Context, ids: Ids) => Promise<unknown>][] = [
    ["list alerts", alerts.listAlerts, (ctx) => alerts.listAlerts(ctx, {})],
    ["get alert", alerts.getAlert, (ctx, { alertId }) => alerts.getAlert(ctx, { alertId })],
    ["acknowledge", alerts.acknowledgeAlert, (ctx, { alertId }) => alerts.acknowledgeAlert(ctx, { alertId })],
    ["list rules", alerts.listAlertRules, (ctx) => alerts.listAlertRules(ctx, {})],
    ["add rule", alerts.addAlertRule, (ctx) => alerts.addAlertRule(ctx, { kind: "offline", name: newId("request") })],
    ["change rule", alerts.changeAlertRule, (ctx, { ruleId }) => alerts.changeAlertRule(ctx, { ruleId, holdSeconds: 1 })],
    ["list channels", alerts.listChannels, (ctx) => alerts.listChannels(ctx, {})],
    ["add channel", alerts.addChannel, (ctx) => alerts.addChannel(ctx, { name: newId("request"), url: "https://hooks.example.com/" })],
    ["change channel", alerts.changeChannel, (ctx, { channelId }) => alerts.changeChannel(ctx, { channelId, enabled: false })],
    ["test channel", alerts.testChannel, (ctx, { channelId }) => alerts.testChannel(ctx, { channelId })],
    ["list deliveries", alerts.listDeliveries, (ctx) => alerts.listDeliveries(ctx, {})],
    ["remove channel", alerts.removeChannel, (ctx, { channelId }) => alerts.removeChannel(ctx, { channelId })],
    ["remove rule", alerts.removeAlertRule, (ctx, { ruleId }) => alerts.removeAlertRule(ctx, { ruleId })],
  ];
  interface Ids {
    alertId: string;
    ruleId: string;
    channelId: string;
  }
  async function makeIds(): Promise<Ids> {
    const alert = await makeAlert();
    const { channel } = await alerts.addChannel(admin(), { name: newId("request"), url: "https://hooks.example.com/" });
    return { alertId: alert.id, ruleId: alert.ruleId, channelId: channel.id };
  }

  test.each(calls)("%s: each role as the table of permissions says, others see no fleet", async (_, verb, call) => {
    for (const role of ROLES) {
      const answer = call(as(role), await makeIds());
      if (roleAllows(role, verb.permission)) await answer;
      else await expect(answer, role).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(call(as("none"), await makeIds())).rejects.toMatchObject({ code: "not_found" });
  });

  test("nothing of another fleet is found, changed or listed", async () => {
    const ids = await makeIds();
    const foreign = as("admin", otherFleetId);
    for (const [name, , call] of calls.filter(([name]) => !name.startsWith("list") && !name.startsWith("add")))
      await expect(call(foreign, ids), name).rejects.toMatchObject({ code: "not_found" });
    for (const list of [alerts.listAlerts, alerts.listAlertRules, alerts.listChannels, alerts.listDeliveries])
      expect(await list(foreign, {})).toMatchObject({ items: [], total: 0 });
    expect(await db.database.prisma.alert.findUniqueOrThrow({ where: { id: ids.alertId } })).toMatchObject({ acknowledgedAt: null, version: 0 });
  });
});
