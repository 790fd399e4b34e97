import { expect, test } from "vitest";
import { deviceScopes } from "@/lib/protocol/access";
import { emqxAuthnSchema, emqxAuthzSchema, judgeEmqx } from "./emqx";
import { compileAccess } from "./evaluate";

const publish = { username: "dev_1", clientid: "dev_1", action: "publish", topic: "sp/v1/flt_a/dev_1/up/telemetry", qos: "1", retain: "false" };
const subscribe = { ...publish, action: "subscribe", topic: "sp/v1/flt_a/dev_1/down/#", retain: "undefined" };

test("a rendered authorisation template, values as text or as JSON", () => {
  expect(emqxAuthzSchema.parse(publish)).toMatchObject({ action: "publish", qos: 1, retain: false });
  expect(emqxAuthzSchema.parse({ ...publish, qos: 2, retain: true })).toMatchObject({ qos: 2, retain: true });
  expect(emqxAuthzSchema.parse({ ...publish, qos: "0", retain: "1" })).toMatchObject({ qos: 0, retain: true });
  expect(emqxAuthzSchema.parse(subscribe)).toMatchObject({ action: "subscribe", qos: 1 });
});

test.each([
  ["no retain flag on a publish", { ...publish, retain: "undefined" }],
  ["no QoS", { ...publish, qos: "undefined" }],
  ["a QoS that there is not", { ...publish, qos: "3" }],
  ["another action", { ...publish, action: "all" }],
  ["no user name", { ...publish, username: "" }],
  ["an object for a text", { ...publish, topic: { $ne: "" } }],
  ["no object", "publish"],
  ["nothing", null],
])("refuses %s", (_, body) => {
  expect(emqxAuthzSchema.safeParse(body).success).toBe(false);
});

test("refuses an authentication without user name or with an object for the password", () => {
  expect(emqxAuthnSchema.safeParse({ username: "", password: "x", clientid: "c" }).success).toBe(false);
  expect(emqxAuthnSchema.safeParse({ username: "u", password: {}, clientid: "c" }).success).toBe(false);
});

test("QoS and retain flag reach the evaluator", () => {
  const access = compileAccess(deviceScopes("flt_a", "dev_1"));
  expect(judgeEmqx(access, emqxAuthzSchema.parse(publish)).verdict).toBe("ALLOWED");
  expect(judgeEmqx(access, emqxAuthzSchema.parse({ ...publish, retain: "true" })).verdict).toBe("IMPLICIT_DENY");
  expect(judgeEmqx(access, emqxAuthzSchema.parse(subscribe)).verdict).toBe("ALLOWED");
  expect(judgeEmqx(access, emqxAuthzSchema.parse({ ...subscribe, topic: "#" })).verdict).toBe("IMPLICIT_DENY");
});
