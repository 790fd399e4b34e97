import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { openSecrets } from "../secrets";
import { ensureSigningKey } from "../tokens/signing-keys";
import { openCheckedSecrets } from "./key-encryption-key";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "sp-kek-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("made once, the same from then on; lost or another one: a clear error, and nothing is made or overwritten", async () => {
  const { database } = db;
  const dataDir = folder();
  const first = await openCheckedSecrets(database, dataDir);
  const again = await openCheckedSecrets(database, dataDir);
  expect(again.unwrap(first.wrap(Buffer.from("x"))).toString()).toBe("x");

  const elsewhere = folder();
  await expect(openCheckedSecrets(database, elsewhere)).rejects.toMatchObject({ code: "configuration", message: expect.stringContaining("is gone") });
  expect(readdirSync(elsewhere)).toEqual([]);

  const stranger = folder();
  openSecrets(stranger);
  const before = await check();
  await expect(openCheckedSecrets(database, stranger)).rejects.toMatchObject({ code: "configuration", message: expect.stringContaining("does not fit") });
  expect(await check()).toEqual(before);

  writeFileSync(path.join(stranger, "secrets/key-encryption-key"), "c2hvcnQ=");
  await expect(openCheckedSecrets(database, stranger)).rejects.toMatchObject({ code: "configuration", message: expect.stringContaining("32 bytes") });
});

test("an installation older than the check value is known by its signing key", async () => {
  const old = await testDatabase();
  onTestFinished(() => old.close());
  const dataDir = folder();
  await ensureSigningKey(old.database, openSecrets(dataDir));
  await expect(openCheckedSecrets(old.database, folder())).rejects.toMatchObject({ code: "configuration" });
  await openCheckedSecrets(old.database, dataDir);
  expect((await old.database.pool.query("select 1 from key_encryption_key")).rows).toHaveLength(1);
});

async function check() {
  return (await db.database.pool.query(`select "check" from key_encryption_key`)).rows;
}
