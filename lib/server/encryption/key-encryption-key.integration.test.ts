import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/lib/testing/database";
import { makeDevice, makeFleet } from "@/lib/testing/factories";
import { keyEncryptionKeyFile, openSecrets } from "../secrets";
import { ensureSigningKey } from "../tokens/signing-keys";
import { openCheckedSecrets } from "./key-encryption-key";
import { countOld, forgetPreviousFile, replaceKeyFile, rewrapAll } from "./rewrap";

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

const fresh = () => randomBytes(32).toString("base64");

test("from the environment or from a command: no file is made, another key or none is an error, and its words hold no key", async () => {
  const own = await testDatabase();
  onTestFinished(() => own.close());
  const dataDir = folder();
  const key = fresh();
  const first = await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_KEY: key });
  expect(keyEncryptionKeyFile(dataDir).exists()).toBe(false);
  const hook = path.join(dataDir, "hook");
  writeFileSync(hook, `#!/bin/sh\necho ${key}\n`);
  chmodSync(hook, 0o700);
  const byCommand = await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_COMMAND: hook });
  expect(byCommand.unwrap(first.wrap(Buffer.from("x"))).toString()).toBe("x");

  const attempts = [
    [{ KEY_ENCRYPTION_KEY: fresh() }, "does not fit"],
    [{ KEY_ENCRYPTION_KEY: "c2hvcnQ=" }, "32 bytes"],
    [{ KEY_ENCRYPTION_COMMAND: "exit 3" }, "failed (3)"],
    [{ KEY_ENCRYPTION_COMMAND: "echo rubbish" }, "32 bytes"],
    [{ KEY_ENCRYPTION_COMMAND: hook, KEY_ENCRYPTION_KEY: key }, "set one of them"],
    [{}, "is gone"],
  ] as const;
  for (const [source, words] of attempts) {
    const error: unknown = await openCheckedSecrets(own.database, dataDir, source).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "configuration", message: expect.stringContaining(words) });
    expect(JSON.stringify(error)).not.toContain(key);
  }
  expect(keyEncryptionKeyFile(dataDir).exists()).toBe(false);
});

/** A content key, a webhook secret and a signing key, all wrapped. */
async function wrappedThings(own: TestDatabase, secrets: ReturnType<typeof openSecrets>) {
  const { prisma } = own.database;
  const { id: fleetId } = await makeFleet(own.database);
  const { id: deviceId } = await makeDevice(own.database, fleetId);
  await prisma.contentKey.create({ data: { deviceId, fleetId, version: 1, keyWrapped: secrets.wrap(Buffer.from("content")), createdAt: new Date() } });
  await prisma.channel.create({ data: { id: "chn_1", fleetId, name: "c", url: "https://example.com", secretWrapped: secrets.wrap(Buffer.from("hook")) } });
  await ensureSigningKey(own.database, secrets);
  return async (reader: Pick<typeof secrets, "unwrap">) => {
    const content = await prisma.contentKey.findFirstOrThrow();
    const channel = await prisma.channel.findFirstOrThrow();
    const signing = await prisma.signingKey.findFirstOrThrow();
    const texts = [content.keyWrapped, channel.secretWrapped].map((wrapped) => reader.unwrap(wrapped ?? new Uint8Array()).toString());
    return [...texts, reader.unwrap(signing.privateWrapped ?? new Uint8Array()).length > 0];
  };
}

test("the key file is replaced while processes run: they read and write on, everything is wrapped anew, and the old key can go", async () => {
  const own = await testDatabase();
  onTestFinished(() => own.close());
  const dataDir = folder();
  const file = keyEncryptionKeyFile(dataDir).path;
  const running = await openCheckedSecrets(own.database, dataDir);
  const read = await wrappedThings(own, running);
  const oldKey = readFileSync(file, "utf8");
  const changer = await openCheckedSecrets(own.database, dataDir);
  replaceKeyFile(dataDir);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).not.toBe(oldKey);
  // In between: old rows are read by everybody, new ones are wrapped by the new key.
  expect(await read(running)).toEqual(["content", "hook", true]);
  expect(changer.isCurrent(running.wrap(Buffer.from("y")))).toBe(true);
  await expect(forgetPreviousFile(own.database, changer, dataDir)).rejects.toMatchObject({ code: "conflict" });
  expect(() => replaceKeyFile(dataDir)).toThrow(expect.objectContaining({ code: "conflict" }));
  expect(await rewrapAll(own.database, changer)).toBe(4);
  expect([await rewrapAll(own.database, changer), await countOld(own.database, changer)]).toEqual([0, 0]);
  await forgetPreviousFile(own.database, changer, dataDir);
  expect(existsSync(`${file}.previous`)).toBe(false);
  expect(await read(running)).toEqual(["content", "hook", true]);
  expect(await read(await openCheckedSecrets(own.database, dataDir))).toEqual(["content", "hook", true]);
  writeFileSync(file, oldKey);
  await expect(openCheckedSecrets(own.database, dataDir)).rejects.toMatchObject({ message: expect.stringContaining("does not fit") });
});

test("from the environment: both keys known everywhere first, then exchanged, then wrapped anew", async () => {
  const own = await testDatabase();
  onTestFinished(() => own.close());
  const dataDir = folder();
  const [oldKey, newKey] = [fresh(), fresh()];
  const read = await wrappedThings(own, await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_KEY: oldKey }));
  const prepared = await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_KEY: oldKey, KEY_ENCRYPTION_KEY_PREVIOUS: newKey });
  const exchanged = await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_KEY: newKey, KEY_ENCRYPTION_KEY_PREVIOUS: oldKey });
  expect(await rewrapAll(own.database, exchanged)).toBe(4);
  for (const reader of [prepared, exchanged]) expect(await read(reader)).toEqual(["content", "hook", true]);
  expect(await read(await openCheckedSecrets(own.database, dataDir, { KEY_ENCRYPTION_KEY: newKey }))).toEqual(["content", "hook", true]);
});
