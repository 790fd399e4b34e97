import { describe, expect, test } from "vitest";
import { deviceScopes } from "@/lib/protocol/access";
import { compileGrant } from "./grant-compile";
import { curlOf, type DraftRow, metaOfText, permissionsOfRows } from "./grant-draft";
import { grantRequestSchema, type Permissions } from "./grant-request";
import { emptyRow, TEMPLATE_IDS, templateOf } from "./templates";

const FLEET = "flt_1";
const compiled = (permissions: Permissions, kind: "device" | "console" | "service" = "service") =>
  compileGrant(grantRequestSchema.parse({ subject: { kind: "service", name: "x" }, ttl: 1, permissions }), {
    fleetId: FLEET,
    subject: { kind, id: "dev_1" },
    clientId: undefined,
    queries: new Map([
      ["site:a", ["dev_1", "dev_2"]],
      ["id:dev_1", ["dev_1"]],
    ]),
  }).map(({ permission, action, topic }) => `${permission} ${action} ${topic.replace(`sp/v1/${FLEET}/`, "")}`);
const branch = (rest: Partial<DraftRow>): DraftRow => ({ ...emptyRow(1, "branch"), ...rest });

describe("rows", () => {
  test("of one query, allowing and denying", () => {
    const rows = [
      branch({ query: "site:a" }),
      branch({ query: " site:a ", on: "down/command/{id}", does: "write" }),
      branch({ query: "site:a", on: "down/command/{id}", does: "never write" }),
      branch({ on: "live/{what}" }),
      branch({ on: "" }),
    ];
    expect(compiled(permissionsOfRows(rows, {}))).toEqual([
      "deny publish dev_1/down/command/+",
      "deny publish dev_2/down/command/+",
      "allow subscribe dev_1/up/telemetry",
      "allow publish dev_1/down/command/+",
      "allow subscribe dev_2/up/telemetry",
      "allow publish dev_2/down/command/+",
      "allow subscribe live/+",
    ]);
  });

  test("of topics, with limits", () => {
    const rows: DraftRow[] = [{ id: 1, kind: "topic", does: "write", on: "dev_1/down/state", query: "", qos: "1", retain: "only" }];
    expect(permissionsOfRows(rows, {}).patterns?.topics).toEqual({ "dev_1/down/state": [{ read: false, write: true, deny: false, qos: [1], retain: true }] });
  });
});

test("each template is a grant of its kind", () => {
  const lines = TEMPLATE_IDS.map((id) => {
    const { holder, rows } = templateOf(id);
    return compiled(permissionsOfRows(rows({ deviceId: "dev_1", query: "site:a" }), {}), holder).length;
  });
  expect(lines).toEqual([2, 4, 4, 2, 0]);
  const device = grantRequestSchema.parse({
    subject: { kind: "device", deviceId: "dev_1" },
    ttl: 1,
    permissions: permissionsOfRows(templateOf("device").rows({ deviceId: "dev_1", query: "" }), {}),
  });
  const compiling = { fleetId: FLEET, subject: { kind: "device" as const, id: "dev_1" }, clientId: undefined, queries: new Map() };
  expect(compileGrant(device, compiling)).toEqual(deviceScopes(FLEET, "dev_1"));
});

test("metadata as text", () => {
  expect(metaOfText("order=7\n\nvip = true\nnote=a=b\nnothing=null\nflag")).toEqual({ order: 7, vip: true, note: "a=b", nothing: null, flag: "" });
});

test("a command with a quote in it stays one word", () => {
  expect(curlOf("https://x", "flt_1", { subject: { kind: "service", name: "O'Neill" }, ttl: 1, permissions: {} })).toContain(`"name":"O'\\''Neill"`);
});
