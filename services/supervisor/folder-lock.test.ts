import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { takeLock } from "./folder-lock";
import { identityOf, isAlive } from "./process-identity";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-lock-"));
const file = path.join(folder, "deep/lock");
afterAll(() => rmSync(folder, { recursive: true }));

test("one holder at a time, and free again after the release", () => {
  const lock = takeLock(file);
  expect(takeLock(file)).toEqual({ holder: identityOf(process.pid) });
  if ("release" in lock) lock.release();
  const again = takeLock(file);
  expect(again).toHaveProperty("release");
  if ("release" in again) again.release();
});

test("the lock of a process that is gone is taken over", () => {
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(file, JSON.stringify({ pid: gone, born: "1" }));
  const lock = takeLock(file);
  expect(lock).toHaveProperty("release");
  if ("release" in lock) lock.release();
});

test("a number that another process has by now is not the holder", () => {
  expect(isAlive(identityOf(process.pid))).toBe(true);
  if (process.platform === "linux") expect(isAlive({ pid: process.pid, born: "1" })).toBe(false);
});
