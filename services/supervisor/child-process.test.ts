import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { childPart } from "./child-process";
import { keepRunning } from "./keep-running";
import { identityOf, isAlive } from "./process-identity";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-child-"));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;
const log = { warn: () => {}, info: () => {} };

function part(script: string, options: { onLine?: (line: string) => void; probe?: () => Promise<boolean> } = {}) {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, script);
  return childPart({ name: "fake", args: [file], env: process.env, onLine: options.onLine ?? (() => {}), probe: options.probe });
}

const READY = 'process.send({ type: "ready" }); setInterval(() => {}, 1e6);';

test("serves once it says so, hands on its lines, and stops in order", async () => {
  const lines: string[] = [];
  const child = await part(`process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("hello"); ${READY}`, {
    onLine: (line) => lines.push(line),
  }).start(never);
  expect(isAlive(identityOf(child.pid))).toBe(true);
  await child.stop();
  expect(await child.exited).toBe("exit code 0");
  await vi.waitFor(() => expect(lines).toEqual(["hello", "bye"]));
});

test("one that fails tells why, with its hint", async () => {
  const failing = part('process.send({ type: "failed", message: "no disk", hint: "buy one" }, () => process.exit(1));');
  await expect(failing.start(never)).rejects.toMatchObject({ message: "fake: no disk", hint: "buy one" });
});

test("one that just ends points to its log", async () => {
  await expect(part("process.exit(3)").start(never)).rejects.toMatchObject({
    message: expect.stringContaining("exit code 3"),
    hint: expect.stringContaining("logs/fake.log"),
  });
});

test("one that does not listen to SIGTERM is ended, with what it started", async () => {
  const grandchild = 'import { spawn } from "node:child_process"; const g = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);';
  const lines: string[] = [];
  const child = await part(`${grandchild} console.log(g.pid); process.on("SIGTERM", () => {}); ${READY}`, { onLine: (line) => lines.push(line) }).start(never);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  const started = identityOf(Number(lines[0]));
  expect(isAlive(started)).toBe(true);
  await child.stop(1);
  expect(await child.exited).toBe("SIGKILL");
  await vi.waitFor(() => expect(isAlive(started)).toBe(false));
});

test("a start that is given up leaves no process", async () => {
  const giveUp = new AbortController();
  let pid = 0;
  const start = part("console.log(process.pid); setInterval(() => {}, 1e6);", {
    onLine: (line) => {
      pid = Number(line);
      giveUp.abort();
    },
  }).start(giveUp.signal);
  await expect(start).rejects.toThrow("was stopped");
  expect(isAlive(identityOf(pid))).toBe(false);
});

test("one without a message is asked until it serves", async () => {
  let asked = 0;
  const child = await part("setInterval(() => {}, 1e6);", { probe: async () => ++asked > 2 }).start(never);
  expect(asked).toBe(3);
  await child.stop();
});

test("a child that is killed comes back as another process", async () => {
  const kept = await keepRunning(part(READY), { log, wait: async () => {} });
  const first = kept.current()?.pid ?? 0;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(kept.current()?.pid).toSatisfy((pid: number | undefined) => pid !== undefined && pid !== first), { timeout: 10_000 });
  await kept.stop();
  expect(kept.current()).toBeUndefined();
});
