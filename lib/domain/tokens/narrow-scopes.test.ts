import { describe, expect, test } from "vitest";
import type { Scope } from "@/lib/protocol/access";
import { compileAccess } from "./evaluate";
import { narrowScopes } from "./narrow-scopes";

const DAY = 86_400_000;
const scopes: Scope[] = [
  { permission: "deny", action: "all", topic: "sp/v1/flt_a/+/up/posture" },
  { permission: "allow", action: "publish", topic: "sp/v1/flt_a/dev_a/up/#" },
  { permission: "allow", action: "subscribe", topic: "sp/v1/flt_a/dev_a/down/#" },
  { permission: "allow", action: "subscribe", topic: "sp/v1/flt_a/+/presence" },
];
const seen = (used: number[], watchedMs = 30 * DAY, everConnected = true) => narrowScopes(scopes, { used: new Set(used), watchedMs, everConnected });

describe("a narrower grant", () => {
  test("leaves out what was never used, and keeps every deny", () => {
    const narrowing = seen([1]);
    expect(narrowing).toMatchObject({ outcome: "narrower", tooShort: false, dropped: [2, 3], scopes: [scopes[0], scopes[1]] });
    expect(narrowing.sentence).toBe("In the 30 days that it was watched, 1 of its 3 scopes was used; the other 2 are left out.");
    expect(seen([1, 3]).sentence).toBe("In the 30 days that it was watched, 2 of its 3 scopes were used; the other one is left out.");
  });

  test("allows what was used, and nothing that the old one refused", () => {
    const [before, after] = [compileAccess(scopes), compileAccess(seen([1, 2]).scopes)];
    const topics = ["dev_a/up/telemetry", "dev_a/up/posture", "dev_a/down/state", "dev_b/presence", "dev_b/up/telemetry"].map((rest) => `sp/v1/flt_a/${rest}`);
    for (const topic of topics)
      for (const access of [
        (of: typeof before) => of.publish({ topic, qos: 1, retain: false }),
        (of: typeof before) => of.subscribe({ filter: topic, qos: 1 }),
      ])
        if (access(before).verdict !== "ALLOWED") expect(access(after).verdict).not.toBe("ALLOWED");
    expect(after.publish({ topic: topics[0] ?? "", qos: 1, retain: false }).verdict).toBe("ALLOWED");
    expect(after.subscribe({ filter: topics[2] ?? "", qos: 1 }).verdict).toBe("ALLOWED");
  });

  test("is not proposed when all was used, when nothing was, or when there is nothing to leave out", () => {
    expect(seen([1, 2, 3])).toMatchObject({
      outcome: "all_used",
      dropped: [],
      scopes,
      sentence: "Each of its 3 scopes was used in the 30 days that it was watched.",
    });
    expect(seen([])).toMatchObject({ outcome: "never_used", dropped: [], scopes });
    expect(seen([]).sentence).toBe(
      "Somebody connected with it, but none of its 3 scopes was used in the 30 days that it was watched. If nobody needs it, revoke it.",
    );
    expect(seen([], 3 * 3_600_000, false).sentence).toBe("Nobody used it in the 3 hours that it was watched. If nobody needs it, revoke it.");
    const denies = scopes.slice(0, 1);
    expect(narrowScopes(denies, { used: new Set(), watchedMs: DAY, everConnected: true })).toMatchObject({ outcome: "all_used", scopes: denies });
  });

  test("says when it was watched too short to judge: less than seven days", () => {
    expect(seen([1], 7 * DAY).tooShort).toBe(false);
    expect(seen([1], 7 * DAY - 1)).toMatchObject({ outcome: "narrower", tooShort: true });
    expect(seen([1], 1000).sentence).toContain("In the minute that");
  });
});
