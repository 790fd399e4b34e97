import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import { clearLeftovers } from "./clear-leftovers";
import { identityOf, isAlive } from "./process-identity";
import { readRunFile, writeRunFile } from "./run-file";

const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-leftovers-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

const silent = pino({ level: "silent" });
const run = (broker: { pid: number; born: string }) =>
  writeRunFile(dataDir, {
    mode: "start",
    startedAt: "2026-11-22T12:00:00.000Z",
    ready: true,
    ports: {},
    url: "http://localhost:3000",
    supervisor: { pid: 1, born: "0", restarts: 0 },
    processes: { broker: { ...broker, restarts: 0 } },
  });

test("a process of an earlier run that is ending is waited for", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume().on('end', () => process.exit())"], { stdio: ["pipe", "ignore", "ignore"] });
  const identity = identityOf(child.pid ?? 0);
  run(identity);
  child.stdin.end();
  await clearLeftovers(dataDir, silent);
  expect(isAlive(identity)).toBe(false);
  expect(readRunFile(dataDir)).toBeUndefined();
});

test("a stranger that has the number by now is left alone", async () => {
  run({ pid: process.pid, born: "1" });
  await clearLeftovers(dataDir, silent);
  expect(isAlive(identityOf(process.pid))).toBe(true);
});
