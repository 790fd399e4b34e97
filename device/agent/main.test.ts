import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** The command as a supervisor starts it: over IPC, with a config file. Nothing listens on port 1. */
function start(config: object): { child: ChildProcess; message: Promise<unknown>; exit: Promise<number | null> } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-agent-main-"));
  const file = path.join(folder, "agent.json");
  writeFileSync(file, JSON.stringify({ buffer: path.join(folder, "buffer"), ...config }));
  const child = fork("device/agent/main.ts", ["--config", file], { execArgv: ["--import", "tsx"], silent: true });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  return {
    child,
    message: new Promise((resolve) => child.once("message", resolve)),
    exit: new Promise((resolve) => child.once("exit", resolve)),
  };
}

test("says when it is ready, and ends when its supervisor is gone", { timeout: 30_000 }, async () => {
  const { child, message, exit } = start({ host: "127.0.0.1", port: 1, username: "dev_1", fleet: "flt_1", token: "t" });
  expect(await message).toEqual({ type: "ready" });
  child.disconnect();
  expect(await exit).toBe(0);
});

test("wrong settings are told before it ends", { timeout: 30_000 }, async () => {
  const { message, exit } = start({ port: 70_000, token: "t" });
  expect(await message).toMatchObject({ type: "failed", message: expect.stringMatching(/--port/), hint: expect.any(String) });
  expect(await exit).toBe(1);
});
