import { describe, expect, test } from "vitest";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { mosquittoGuardRole, mosquittoRole } from "./mosquitto";

const brief = (scopes: readonly Scope[]) => mosquittoRole(scopes).map(({ acltype, topic, allow }) => `${allow ? "+" : "-"} ${acltype} ${topic}`);

describe("mosquittoRole", () => {
  test("a device's default grant", () => {
    expect(brief(deviceScopes("flt_a", "dev_1"))).toEqual([
      "+ publishClientSend sp/v1/flt_a/dev_1/up/#",
      "+ subscribePattern sp/v1/flt_a/dev_1/down/#",
      "+ publishClientReceive sp/v1/flt_a/dev_1/down/#",
    ]);
  });

  test("deny outweighs allow whatever the order, and the guard outweighs both", () => {
    const role = mosquittoRole([
      { permission: "allow", action: "publish", topic: "a/#" },
      { permission: "deny", action: "publish", topic: "a/b" },
    ]);
    const [allowed, denied] = role;
    expect(denied?.priority).toBeGreaterThan(allowed?.priority ?? Number.POSITIVE_INFINITY);
    expect(mosquittoGuardRole().every(({ allow, priority }) => !allow && priority > (denied?.priority ?? 0))).toBe(true);
  });

  test("one entry for a type and topic: of an allow and a deny the deny stays", () => {
    const allow: Scope = { permission: "allow", action: "publish", topic: "a" };
    const deny: Scope = { permission: "deny", action: "publish", topic: "a" };
    for (const scopes of [
      [allow, deny],
      [deny, allow],
      [allow, deny, allow],
    ])
      expect(brief(scopes)).toEqual(["- publishClientSend a"]);
    expect(brief([allow, { ...allow, qos: [0] }])).toEqual(["+ publishClientSend a"]);
  });

  test("a malformed scope and one of the broker's own topics come to nothing", () => {
    expect(brief(["$SYS/#", "$CONTROL/dynamic-security/v1", "a//b", "a#", ""].map((topic): Scope => ({ permission: "allow", action: "all", topic })))).toEqual(
      [],
    );
  });
});

test("the guard denies each kind once", () => {
  const keys = mosquittoGuardRole().map(({ acltype, topic }) => `${acltype} ${topic}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toContain("publishClientSend $CONTROL/#");
  expect(keys).toContain("subscribePattern +//#");
});
