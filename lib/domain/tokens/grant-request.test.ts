import { describe, expect, test } from "vitest";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { grantRequestSchema, permissionsOfScopes, scopesOfTopics } from "./grant-request";

const PREFIX = "sp/v1/flt_1/";
const request = (permissions: object, rest: object = {}) => ({ subject: { kind: "service", name: "meter" }, ttl: 60, permissions, ...rest });

describe("rights on topics", () => {
  test.each<[string, Parameters<typeof scopesOfTopics>[0], Scope[]]>([
    ["read", { "dev_1/presence": 1 }, [{ permission: "allow", action: "subscribe", topic: `${PREFIX}dev_1/presence` }]],
    ["write", { "dev_1/down/state": 2 }, [{ permission: "allow", action: "publish", topic: `${PREFIX}dev_1/down/state` }]],
    ["both, whole address", { [`${PREFIX}a/b`]: 3 }, [{ permission: "allow", action: "all", topic: `${PREFIX}a/b` }]],
    ["long form", { a: { write: true, qos: [0], retain: false } }, [{ permission: "allow", action: "publish", topic: `${PREFIX}a`, qos: [0], retain: false }]],
    ["deny", { a: { read: true, deny: true } }, [{ permission: "deny", action: "subscribe", topic: `${PREFIX}a` }]],
    ["nothing means nothing", { a: {}, b: [] }, []],
  ])("%s", (_, topics, scopes) => {
    expect(scopesOfTopics(topics, PREFIX)).toEqual(scopes);
  });

  test("of scopes and back", () => {
    const scopes: Scope[] = [
      ...deviceScopes("flt_1", "dev_1"),
      { permission: "deny", action: "publish", topic: `${PREFIX}dev_1/up/state` },
      { permission: "allow", action: "all", topic: `${PREFIX}dev_1/up/state`, qos: [0, 1] },
    ];
    const parsed = grantRequestSchema.parse(request(permissionsOfScopes(scopes)));
    const { resources, patterns } = parsed.permissions;
    const again = [...scopesOfTopics(patterns.topics, PREFIX), ...scopesOfTopics(resources.topics, PREFIX)];
    expect(again).toEqual(scopes);
  });
});

describe("a request", () => {
  test("a lifetime is needed, and at most a year", () => {
    expect(grantRequestSchema.safeParse({ ...request({}), ttl: undefined }).success).toBe(false);
    expect(grantRequestSchema.safeParse({ ...request({}), ttl: 0 }).success).toBe(false);
    expect(grantRequestSchema.safeParse({ ...request({}), ttl: 525_601 }).success).toBe(false);
    expect(grantRequestSchema.safeParse({ ...request({}), ttl: 525_600 }).success).toBe(true);
  });

  test("metadata is scalar", () => {
    expect(grantRequestSchema.safeParse(request({ meta: { order: 7, vip: true, note: null } })).success).toBe(true);
    expect(grantRequestSchema.safeParse(request({ meta: { nested: { no: 1 } } })).success).toBe(false);
    expect(grantRequestSchema.safeParse(request({ meta: { "a b": 1 } })).success).toBe(false);
  });

  test("unknown words are refused, not passed over", () => {
    expect(grantRequestSchema.safeParse(request({ resource: { topics: {} } })).success).toBe(false);
    expect(grantRequestSchema.safeParse(request({ resources: { topics: { a: { raed: true } } } })).success).toBe(false);
  });
});
