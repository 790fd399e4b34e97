import { describe, expect, test } from "vitest";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import type { SubjectKind } from "./branches";
import { type Compiling, compileGrant, sizeOf } from "./grant-compile";
import { grantRequestSchema, type Permissions, permissionsOfScopes } from "./grant-request";

const FLEET = "flt_0000000000000001";
const P = `sp/v1/${FLEET}`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `dev_${String(index).padStart(16, "0")}`);
const asked = (permissions: Permissions) => grantRequestSchema.parse({ subject: { kind: "service", name: "x" }, ttl: 60, permissions });
const compiling = (kind: SubjectKind = "service", queries: Compiling["queries"] = new Map()): Compiling => ({
  fleetId: FLEET,
  subject: { kind, id: "dev_a" },
  clientId: undefined,
  queries,
});
const read = (topic: string): Scope => ({ permission: "allow", action: "subscribe", topic: `${P}/${topic}` });
const write = (topic: string): Scope => ({ permission: "allow", action: "publish", topic: `${P}/${topic}` });

describe("scopes of a request", () => {
  test.each<[string, Permissions, Scope[]]>([
    ["nothing", {}, []],
    [
      "a branch of one device",
      { resources: { devices: { dev_a: { read: ["up/telemetry", "presence"] } } } },
      [read("dev_a/up/telemetry"), read("dev_a/presence")],
    ],
    [
      "a variable level by any of its names",
      { resources: { devices: { dev_a: { write: ["down/command/{id}"], read: ["up/command/+"] } } } },
      [write("dev_a/down/command/+"), read("dev_a/up/command/+")],
    ],
    ["the empty query is every device", { patterns: { devices: { "": { read: ["presence"] } } } }, [read("+/presence")]],
    ["a query is the devices it names", { patterns: { devices: { "site:a": { read: ["presence"] } } } }, [read("dev_1/presence"), read("dev_2/presence")]],
    ["a query that names none gives nothing", { patterns: { devices: { "site:none": { read: ["presence"] } } } }, []],
    ["topics with and without the prefix are one", { patterns: { topics: { "+/presence": 1, [`${P}/+/presence`]: 1 } } }, [read("+/presence")]],
    [
      "publish and subscribe of one topic are all",
      { resources: { devices: { dev_a: { write: ["down/state"], read: ["down/state"] } } } },
      [{ permission: "allow", action: "all", topic: `${P}/dev_a/down/state` }],
    ],
    [
      "denies first",
      { patterns: { topics: { "+/presence": 1 } }, resources: { topics: { "dev_a/presence": { read: true, deny: true } } } },
      [{ permission: "deny", action: "subscribe", topic: `${P}/dev_a/presence` }, read("+/presence")],
    ],
    [
      "limits are kept apart",
      {
        resources: {
          topics: {
            "dev_a/down/state": [
              { write: true, qos: [0] },
              { write: true, retain: true },
            ],
          },
        },
      },
      [
        { ...write("dev_a/down/state"), qos: [0] },
        { ...write("dev_a/down/state"), retain: true },
      ],
    ],
  ])("%s", (_, permissions, scopes) => {
    const queries = new Map([
      ["site:a", ["dev_1", "dev_2"]],
      ["site:none", []],
    ]);
    expect(compileGrant(asked(permissions), compiling("service", queries))).toEqual(scopes);
  });

  test("a device's default grant comes out as it is", () => {
    expect(compileGrant(asked(permissionsOfScopes(deviceScopes(FLEET, "dev_a"))), compiling("device"))).toEqual(
      deviceScopes(FLEET, "dev_a").toReversed().toReversed(),
    );
  });
});

describe("what nobody may be granted", () => {
  const topics = (rights: NonNullable<NonNullable<Permissions["patterns"]>["topics"]>): Permissions => ({ patterns: { topics: rights } });
  test.each<[SubjectKind, Permissions, string]>([
    ["service", topics({ "dev_b/up/telemetry": 2 }), "up/telemetry"],
    ["device", topics({ "dev_b/up/telemetry": 2 }), "up/telemetry"],
    ["device", topics({ "+/up/#": 2 }), "up/telemetry"],
    ["service", topics({ "+/presence": 2 }), "presence"],
    ["service", topics({ "live/summary": 2 }), "live/{what}"],
    ["service", topics({ "#": 2 }), "up/telemetry"],
    ["service", topics({ "claim/abc/up": 1 }), "claim/{claim}"],
    ["console", topics({ "+/up/key": 1 }), "up/key"],
    ["console", topics({ "dev_b/down/#": 1 }), "down/key"],
    ["console", topics({ "+/down/update": 2 }), "down/update"],
    ["service", topics({ "+/down/key": 2 }), "down/key"],
    ["device", topics({ "dev_a/down/update": 2 }), "down/update"],
    // A deny of something else does not help.
    ["console", topics({ "+/up/#": 1, "dev_b/up/key": { read: true, deny: true } }), "up/key"],
  ])("%s %j", (kind, permissions, branch) => {
    expect(() => compileGrant(asked(permissions), compiling(kind))).toThrow(
      expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(branch) }),
    );
  });

  test.each<[SubjectKind, Permissions]>([
    ["device", topics({ "dev_a/up/#": 2, "dev_a/down/#": 1, "dev_a/presence": 1 })],
    ["device", topics({ "dev_b/down/command/+": 2 })],
    ["service", topics({ "+/up/key": 1, "+/down/update": 2 })],
    ["console", topics({ "+/down/state": 2, "live/#": 1 })],
    ["console", topics({ "+/up/#": 1, "+/up/key": { read: true, deny: true } })],
  ])("but %s %j", (kind, permissions) => {
    expect(compileGrant(asked(permissions), compiling(kind)).length).toBeGreaterThan(0);
  });

  test.each([
    ["another fleet", { "sp/v1/flt_2/dev_a/presence": 1 }],
    ["a bad wildcard", { "dev+/presence": 1 }],
    ["what AMQP takes for a wildcard", { "dev.a/presence": 1 }],
    ["an empty level", { "dev_a//presence": 1 }],
  ])("%s", (_, rights) => {
    expect(() => compileGrant(asked(topics(rights)), compiling())).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  test("a branch that does not exist", () => {
    expect(() => compileGrant(asked({ resources: { devices: { dev_a: { read: ["up/temperature"] } } } }), compiling())).toThrow(
      "There is no branch up/temperature.",
    );
  });
});

describe("what does not fit says how many would", () => {
  const limits = [
    ["by count", ["up/telemetry", "presence"], 128],
    ["by size", ["up/telemetry"], undefined],
  ] as const;
  test.each(limits)("%s", (_, branches, expected) => {
    const permissions = { patterns: { devices: { "tag:a": { read: [...branches] } } } };
    const fits = (count: number) => {
      try {
        compileGrant(asked(permissions), compiling("service", new Map([["tag:a", ids(count)]])));
        return undefined;
      } catch (error) {
        return error as { code: string; hint: string };
      }
    };
    const refused = fits(300);
    expect(refused?.code).toBe("too_large");
    const most = Number(/^(\d+) devices fit/.exec(refused?.hint ?? "")?.[1]);
    if (expected !== undefined) expect(most).toBeLessThanOrEqual(expected);
    expect(most).toBeGreaterThan(100);
    expect([fits(most), fits(most + 1)?.code]).toEqual([undefined, "too_large"]);
  });

  test("the size grows with what is carried", () => {
    const small = asked({ patterns: { topics: { "+/presence": 1 } } });
    const large = asked({ patterns: { topics: { "+/presence": 1 } }, meta: { order: "x".repeat(100) } });
    expect(sizeOf([], large, compiling()) - sizeOf([], small, compiling())).toBeGreaterThan(130);
  });
});
