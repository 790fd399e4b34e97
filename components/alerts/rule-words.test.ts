import { expect, test } from "vitest";
import type { AlertRuleView } from "@/lib/domain/alerts/alert-view";
import { ruleScope, ruleWords } from "./rule-words";

const rule = (more: Partial<AlertRuleView>): AlertRuleView => ({
  id: "rule_1",
  name: "r",
  kind: "threshold",
  metric: "pressure",
  comparison: "above",
  threshold: 6.5,
  holdSeconds: 60,
  severity: "warning",
  deviceId: null,
  siteId: null,
  profileId: null,
  enabled: true,
  firing: 0,
  ...more,
});
const names = { sites: new Map([["site_1", "Lock 7"]]), profiles: new Map([["prof_1", "pump"]]), devices: new Map() };

test("conditions", () => {
  expect(ruleWords(rule({}))).toBe("pressure above 6.5 for 1 min");
  expect(ruleWords(rule({ holdSeconds: 0, threshold: 12_000, comparison: "below" }))).toBe("pressure below 12,000, at once");
  expect(ruleWords(rule({ kind: "offline", metric: null, comparison: null, threshold: null, holdSeconds: 300 }))).toBe("a device is offline for 5 min");
});

test("scopes: names where they are known, ids where not", () => {
  expect(ruleScope(rule({}), names)).toBe("every device");
  expect(ruleScope(rule({ siteId: "site_1", profileId: "prof_1" }), names)).toBe("site Lock 7, profile pump");
  expect(ruleScope(rule({ deviceId: "dev_x" }), names)).toBe("device dev_x");
});
