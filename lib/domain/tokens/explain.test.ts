import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { DECISION_SUITE } from "./decision-suite";
import { allow, D, deny, F } from "./decision-suite-rows";
import { explain } from "./explain";
import type { AccessCheck } from "./explanation";
import { judge } from "./least-fix";
import { nearestScope } from "./nearest-scope";

const own = deviceScopes("flt_a", "dev_1");
const publish = (topic: string, rest: Partial<AccessCheck> = {}): AccessCheck => ({ action: "publish", topic, qos: 1, retain: false, ...rest });
const subscribe = (topic: string, rest: Partial<AccessCheck> = {}): AccessCheck => ({ action: "subscribe", topic, qos: 1, retain: false, ...rest });
const why = (check: AccessCheck, scopes: readonly Scope[] = own) => explain(scopes, check, "flt_a");

describe("what decided", () => {
  test("an allow, with every scope that speaks of it", () => {
    const scopes = [...own, allow("all", `${F}/#`), deny("subscribe", `${D}/up/#`)];
    expect(why(publish(`${D}/up/telemetry`), scopes)).toMatchObject({ authDecision: "ALLOWED", decidedBy: 0, allowed: [0, 2], denied: [], nearest: null });
    expect(why(publish(`${D}/up/telemetry`), scopes).fix).toEqual({ kind: "none_needed" });
    expect(why(subscribe(`${D}/#`), scopes)).toMatchObject({ authDecision: "EXPLICIT_DENY", decidedBy: 3, allowed: [2], denied: [3] });
  });

  test("nothing: an empty grant says so", () => {
    expect(why(publish("a"), [])).toMatchObject({ authDecision: "IMPLICIT_DENY", decidedBy: null, nearest: null });
    expect(why(publish("a"), []).words.decision).toContain("no scopes");
  });

  test("all groups of the decision suite get the evaluator's verdict, and never an exception", () => {
    for (const { scopes, decisions } of DECISION_SUITE)
      for (const { action, topic, qos, retain, verdict } of decisions)
        if (action !== "receive") expect(explain(scopes, { action, topic, qos, retain }, "flt_a").authDecision).toBe(verdict);
  });
});

describe("the nearest scope, and where it differs", () => {
  test.each([
    ["another branch: the level is named", publish(`${D}/state`), 0, [{ kind: "level", level: 5, granted: "up", asked: "state" }]],
    ["another device: the level is named", publish(`${F}/dev_2/up/telemetry`), 0, [{ kind: "level", level: 4, granted: "dev_1", asked: "dev_2" }]],
    ["retained where only others are granted", publish(`${D}/up/telemetry`, { retain: true }), 0, [{ kind: "retain", granted: false, asked: true }]],
    ["the right topic, the wrong action", subscribe(`${D}/up/telemetry`), 0, [{ kind: "action", granted: "publish", asked: "subscribe" }]],
    ["a wildcard that is wider than the grant", subscribe(`${F}/+/down/#`), 1, [{ kind: "level", level: 4, granted: "dev_1", asked: "+" }]],
    ["# where the grant goes on", subscribe(`${D}/#`), 1, [{ kind: "level", level: 5, granted: "down", asked: "#" }]],
    ["a topic that ends too early", subscribe(`${D}`), 1, [{ kind: "level", level: 5, granted: "down", asked: null }]],
  ] as const)("%s", (_, check, scope, differences) => {
    expect(why(check)).toMatchObject({ authDecision: "IMPLICIT_DENY", nearest: { scope, differences } });
  });

  test("a limit is nearer than a level, a level later than one before", () => {
    const scopes = [allow("publish", `${F}/dev_2/up/telemetry`), allow("publish", `${D}/up/state`), allow("publish", `${D}/up/telemetry`, { qos: [0] })];
    expect(why(publish(`${D}/up/telemetry`), scopes).nearest).toEqual({ scope: 2, differences: [{ kind: "qos", granted: [0], asked: 1 }] });
    expect(why(publish(`${D}/up/telemetry`), scopes.slice(0, 2)).nearest?.scope).toBe(1);
    expect(why(publish(`${D}/up/telemetry`), scopes).words.nearest).toBe("Scope 3 comes nearest. It is for QoS 0, not 1.");
  });
});

describe("the smallest fix", () => {
  test("one scope, with exactly this topic, QoS and retain flag", () => {
    expect(why(publish(`${D}/up/telemetry`, { retain: true })).fix).toEqual({
      kind: "add",
      add: [{ permission: "allow", action: "publish", topic: `${D}/up/telemetry`, qos: [1], retain: true }],
    });
    expect(why(subscribe(`${F}/+/presence`)).fix).toEqual({
      kind: "add",
      add: [{ permission: "allow", action: "subscribe", topic: `${F}/+/presence`, qos: [1] }],
    });
  });

  test("the denies that must go, and what must come beside", () => {
    const scopes = [allow("subscribe", `${F}/#`), deny("subscribe", `${D}/up/#`), deny("all", `${F}/dev_2/#`)];
    expect(why(subscribe(`${D}/up/telemetry`), scopes).fix).toEqual({ kind: "remove_deny", remove: [1], add: [] });
    expect(why(publish(`${F}/dev_2/up/telemetry`), scopes).fix).toMatchObject({ kind: "remove_deny", remove: [2], add: [{ action: "publish" }] });
    expect(why(subscribe(`${F}/+/up/telemetry`), scopes).fix).toMatchObject({ remove: [1, 2] });
  });

  test.each([
    ["malformed", publish(`${F}//x`)],
    ["malformed", publish(`${D}/+`)],
    ["reserved", subscribe("$SYS/#")],
    ["reserved", subscribe("$share/g/sp/v1/flt_a/#")],
    ["all_fleets", subscribe("#")],
    ["all_fleets", subscribe("sp/v1/+/+/presence")],
    ["other_fleet", publish("sp/v1/flt_b/dev_1/up/telemetry")],
    ["outside", publish("home/kitchen")],
    ["outside", publish("sp/v1")],
    ["platform_only", publish(`${D}/presence`)],
    ["platform_only", publish(`${F}/live/summary`)],
  ] as const)("nothing can be granted: %s", (reason, check) => {
    expect(why(check).fix).toEqual({ kind: "impossible", why: reason });
    expect(why(check).words.fix).toMatch(/^Nothing can be granted here/);
  });

  test("beside a malformed deny nothing helps, and neither does another scope when there are 256", () => {
    expect(why(publish(`${D}/down/x`), [...own, deny("all", "a//b")]).fix).toEqual({ kind: "impossible", why: "malformed_deny" });
    const full = Array.from({ length: 256 }, (_, i) => allow("publish", `${F}/x/${i}`));
    expect(why(publish(`${D}/down/x`), full).fix).toEqual({ kind: "impossible", why: "too_many_scopes" });
    expect(explain(own, publish(`${D}/down/x`), null).fix).toEqual({ kind: "impossible", why: "no_fleet" });
  });
});

// Few names, so that scopes and requests meet often. All within the fleet `a`.
const level = fc.constantFrom("d", "e", "up", "live");
const tail = fc.array(level, { minLength: 1, maxLength: 3 });
const filterTail = fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 3 });
const topicOf = (levels: readonly string[]) => ["sp", "v1", "a", ...levels].join("/");
const filterArbitrary = fc.oneof(
  filterTail.map(topicOf),
  filterTail.map((levels) => `${topicOf(levels)}/#`),
);
const qosArbitrary = fc.constantFrom(0 as const, 1 as const, 2 as const);
const checkArbitrary: fc.Arbitrary<AccessCheck> = fc.oneof(
  fc.record({ action: fc.constant("publish" as const), topic: tail.map(topicOf), qos: qosArbitrary, retain: fc.boolean() }),
  fc.record({ action: fc.constant("subscribe" as const), topic: filterArbitrary, qos: qosArbitrary, retain: fc.constant(false) }),
);
const scopeArbitrary: fc.Arbitrary<Scope> = fc.record(
  {
    permission: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    action: fc.constantFrom("publish" as const, "subscribe" as const, "all" as const),
    topic: filterArbitrary,
    qos: fc.subarray([0, 1, 2] as const, { minLength: 1 }).map((some) => [...some]),
    retain: fc.boolean(),
  },
  { requiredKeys: ["permission", "action", "topic"] },
);

test("with the fix it is allowed; what was refused beside it stays refused", () => {
  fc.assert(
    fc.property(fc.array(scopeArbitrary, { maxLength: 5 }), checkArbitrary, fc.array(checkArbitrary, { maxLength: 20 }), (scopes, check, neighbours) => {
      const { fix, authDecision } = explain(scopes, check, "a");
      expect(fix.kind === "none_needed").toBe(authDecision === "ALLOWED");
      if (fix.kind === "none_needed" || fix.kind === "impossible") return;
      const removed = fix.kind === "remove_deny" ? fix.remove : [];
      const fixed = [...scopes.filter((_, index) => !removed.includes(index)), ...fix.add];
      expect(judge(fixed, check).verdict).toBe("ALLOWED");
      if (fix.kind !== "add") return;
      const turned: AccessCheck = { ...check, retain: check.action === "publish" && !check.retain };
      const other: AccessCheck = { ...check, qos: check.qos === 0 ? 1 : 0 };
      for (const neighbour of [...neighbours, other, ...(check.action === "publish" ? [turned] : [])]) {
        const same = neighbour.topic === check.topic && neighbour.action === check.action && neighbour.qos === check.qos && neighbour.retain === check.retain;
        // A filter within the asked one is granted with it: it is a part of exactly this.
        const within = neighbour.action === "subscribe" && judge(fix.add, neighbour).verdict === "ALLOWED";
        if (!same && !within) expect(judge(fixed, neighbour).verdict).toBe(judge(scopes, neighbour).verdict);
      }
    }),
    { numRuns: 1_500 },
  );
});

test("the nearest scope differs in something, and a scope without differences allows", () => {
  fc.assert(
    fc.property(scopeArbitrary, checkArbitrary, (scope, check) => {
      const nearest = nearestScope([scope], check);
      if (scope.permission === "allow") expect(nearest === undefined).toBe(judge([scope], check).verdict === "ALLOWED");
      else expect(nearest).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});
