import { afterAll, beforeAll, expect, test } from "vitest";
import { makeContext } from "@/lib/testing/context";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import type { Context } from "../context";
import { ensureSigningKey, grantDeviceToken, listTokens, revokeToken } from ".";
import { exportTokens } from "./export-tokens";

let db: TestDatabase;
let ctx: Context;
let other: Context;

beforeAll(async () => {
  db = await testDatabase();
  [ctx, other] = (await Promise.all(["a", "b"].map(async () => makeContext(db.database, { fleetId: (await makeFleet(db.database)).id, actor: "system" })))) as [
    Context,
    Context,
  ];
  await ensureSigningKey(db.database, ctx.secrets);
  const { id: deviceId } = await makeDevice(db.database, ctx.fleetId, { name: "=HYPERLINK(1)" });
  const { tokenId } = await grantDeviceToken(ctx, { deviceId, label: "+first" });
  await grantDeviceToken(ctx, { deviceId, label: "second" });
  await revokeToken(ctx, { tokenId });
  const foreign = await makeDevice(db.database, other.fleetId, {});
  await grantDeviceToken(other, { deviceId: foreign.id, label: "foreign" });
});
afterAll(() => db?.close());

test("CSV: each token once, in the list's order, and nothing that a spreadsheet would run", async () => {
  const { rows, text } = await exportTokens(ctx, { format: "csv" });
  const lines = text.trimEnd().split("\r\n");
  const listed = await listTokens(ctx, {});
  expect(rows).toBe(2);
  expect(lines).toHaveLength(3);
  expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(listed.items.map(({ id }) => id));
  expect(text).toContain("'=HYPERLINK(1)");
  expect(text).toContain("'+first");
  expect(text).not.toContain("foreign");
});

test("JSON Lines: what the API lists, and the filter of the list holds", async () => {
  const { text } = await exportTokens(ctx, { format: "jsonl", view: "revoked" });
  const { items } = await listTokens(ctx, { view: "revoked" });
  expect(
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(items);
  expect(items).toHaveLength(1);
});

test("more rows than one question answers are all there", async () => {
  const { id: deviceId } = await makeDevice(db.database, other.fleetId, {});
  const { tokenId } = await grantDeviceToken(other, { deviceId });
  const row = await db.database.prisma.accessToken.findUniqueOrThrow({ where: { id: tokenId } });
  await db.database.prisma.accessToken.createMany({
    data: Array.from({ length: 1_100 }, (_, n) => ({
      ...row,
      id: `${tokenId.slice(0, -4)}${String(n).padStart(4, "0")}`,
      scopes: [],
      meta: {},
      digest: `${n}`,
    })),
  });
  const { rows, text } = await exportTokens(other, { format: "csv" });
  expect(rows).toBe(1_102);
  expect(new Set(text.trimEnd().split("\r\n")).size).toBe(1_103);
});
