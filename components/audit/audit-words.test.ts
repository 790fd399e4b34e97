import { expect, test } from "vitest";
import { actionWords, auditChanges } from "./audit-words";

test("only what differs is listed, with nothing and empty being the same", () => {
  expect(auditChanges({ name: "a", note: "", site: null, tags: { x: 1 } }, { name: "b", note: null, site: "Lock 7", tags: { x: 1 } })).toEqual([
    { key: "name", before: "a", after: "b" },
    { key: "site", before: undefined, after: "Lock 7" },
  ]);
});

test("a beginning and an end have one side only", () => {
  expect(auditChanges(null, { role: "admin" })).toEqual([{ key: "role", before: undefined, after: "admin" }]);
  expect(auditChanges({ role: "admin" }, null)).toEqual([{ key: "role", before: "admin", after: undefined }]);
  expect(auditChanges("text", [1])).toEqual([]);
});

test("long values are cut", () => expect(auditChanges(null, { x: "a".repeat(500) })[0]?.after).toHaveLength(118));

test("actions read as words", () => {
  expect(actionWords("device.added")).toBe("Device added");
  expect(actionWords("alert_rule.changed")).toBe("Alert rule changed");
});
