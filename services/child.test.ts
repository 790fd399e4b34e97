import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-service-"));
afterAll(() => rmSync(folder, { recursive: true }));
const CHILD = path.resolve(import.meta.dirname, "child.ts");
const ROOT = path.resolve(import.meta.dirname, "..");

/** Runs a service whose `start` has the given body; answers with its messages, output and end. */
function service(body: string, env: Record<string, string> = {}) {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.mts`);
  writeFileSync(file, `import { runService } from ${JSON.stringify(CHILD)};\nawait runService("fake", async ({ env, log }) => { ${body} });`);
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: "info", ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const messages: unknown[] = [];
  let output = "";
  child.on("message", (message) => messages.push(message));
  child.stdout?.on("data", (chunk) => (output += chunk));
  // Not `close`, which never comes after a disconnect() of ours.
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const end = new Promise<void>((resolve) => child.stdout?.on("end", resolve));
  const ended = Promise.all([exit, end]).then(([code]) => ({ code, messages, output }));
  return { child, ended, ready: new Promise<void>((resolve) => child.once("message", () => resolve())) };
}

const RUNS = 'const timer = setInterval(() => {}, 1e6); return { async stop() { clearInterval(timer); log.info("closed"); } };';

test.each(["SIGTERM", "SIGINT"] as const)("says that it serves, and stops in order on %s", async (signal) => {
  const { child, ended, ready } = service(RUNS);
  await ready;
  child.kill(signal);
  expect(await ended).toMatchObject({ code: 0, messages: [{ type: "ready" }], output: expect.stringContaining('"closed"') });
});

test("stops in order when its supervisor is gone", async () => {
  const { child, ended, ready } = service(RUNS);
  await ready;
  child.disconnect();
  expect(await ended).toMatchObject({ code: 0, output: expect.stringContaining('"closed"') });
});

test("a wrong environment is told to the supervisor", async () => {
  const { ended } = service(RUNS, { MQTT_PORT: "many" });
  expect(await ended).toMatchObject({ code: 1, messages: [{ type: "failed", message: expect.stringContaining("MQTT_PORT"), hint: expect.any(String) }] });
});

test.each([
  ["in its start", 'throw new Error("broken")'],
  ["later", 'setTimeout(() => { throw new Error("broken"); }, 1); return { async stop() {} };'],
  ["in a promise", 'void Promise.reject(new Error("broken")); return { async stop() {} };'],
])("an uncaught error %s is logged and ends it", async (_, body) => {
  expect(await service(body).ended).toMatchObject({ code: 1, output: expect.stringContaining("broken") });
});
