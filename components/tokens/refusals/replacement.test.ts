import { expect, test } from "vitest";
import { grantRequestSchema, scopesOfTopics } from "@/lib/domain/tokens/grant-request";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { replacementWith } from "./replacement";

const now = Date.parse("2026-11-28T12:00:00.000Z");
const base = { id: "tok_1", label: "cellar", meta: { site: "a" }, scopes: deviceScopes("flt_a", "dev_1"), clientId: null, state: "live" as const };
const device = { ...base, subject: "dev_1", subjectKind: "device" as const, expiresAt: "2026-11-28T14:30:30.000Z" };
const missing: Scope = { permission: "allow", action: "publish", topic: "sp/v1/flt_a/dev_1/down/state", qos: [1], retain: false };
const asked = { subjectName: "Pump 7", now };

test("the same holder, scopes, notes and remaining life, and the one scope more", () => {
  const request = grantRequestSchema.parse(replacementWith(device, [missing], asked));
  expect(request).toMatchObject({ subject: { kind: "device", deviceId: "dev_1" }, ttl: 150, label: "cellar", replaces: "tok_1", revokeReplaced: false });
  expect(request.permissions.meta).toEqual({ site: "a" });
  const { resources, patterns } = request.permissions;
  const scopes = [...scopesOfTopics(resources.topics, "sp/v1/flt_a/"), ...scopesOfTopics(patterns.topics, "sp/v1/flt_a/")];
  expect(scopes).toHaveLength(3);
  expect(scopes).toEqual(expect.arrayContaining([...device.scopes, missing]));
});

test("a service is named, and stays bound to its client id", () => {
  const service = { ...device, subject: "svc_1", subjectKind: "service" as const, clientId: "svc_1-abc" };
  expect(replacementWith(service, [missing], asked)).toMatchObject({ subject: { kind: "service", name: "Pump 7" }, clientId: "svc_1-abc" });
});

test.each([
  ["it was revoked", { ...device, state: "revoked" as const }],
  ["it ends within a minute", { ...device, expiresAt: "2026-11-28T12:00:59.000Z" }],
  ["it is a browser tab's", { ...device, subject: "usr_1", subjectKind: "console" as const }],
])("nothing to replace: %s", (_, token) => {
  expect(replacementWith(token, [missing], asked)).toBeUndefined();
});
