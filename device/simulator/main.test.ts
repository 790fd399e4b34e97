import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { eventually } from "@/lib/testing/eventually";
import { scriptedBroker } from "@/lib/testing/scripted-broker";

vi.setConfig({ testTimeout: 30_000 });

test("a simulator in a process of its own takes commands over IPC and answers each", { timeout: 30_000 }, async () => {
  const broker = await scriptedBroker();
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-simulator-main-"));
  const file = path.join(folder, "simulator.json");
  const devices = [1, 2].map((number) => ({
    id: `dev_${number}`,
    name: `pump-${number}`,
    site: "North",
    instrument: "pump",
    intervalSeconds: 0.05,
    token: "t",
  }));
  writeFileSync(file, JSON.stringify({ host: "127.0.0.1", port: broker.port, fleet: "flt_1", connectSpreadMs: 0, devices }));
  const child = fork("device/simulator/main.ts", ["--config", file, "--seed", "7"], { execArgv: ["--import", "tsx"], silent: true });
  onTestFinished(() => {
    child.kill("SIGKILL");
    broker.close();
    rmSync(folder, { recursive: true });
  });
  expect((await once(child, "message"))[0]).toEqual({ type: "ready" });

  const ask = async (request: object) => {
    const answer = once(child, "message");
    child.send(request);
    return (await answer)[0];
  };
  await eventually(async () => expect(await ask({ type: "status", id: 1 })).toMatchObject({ type: "status", id: 1, status: { devices: 2, connected: 2 } }));
  expect(await ask({ type: "simulate", id: 2, command: { kind: "power_cut", target: { site: "North" } } })).toEqual({ type: "simulated", id: 2 });
  expect(await ask({ type: "status" })).toMatchObject({ status: { connected: 0, failing: 2 } });
  expect(await ask({ type: "simulate", id: 3, command: { kind: "silence", target: { device: "dev_9" } } })).toMatchObject({ type: "refused", id: 3 });
  child.disconnect();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a wrong configuration is named", { timeout: 30_000 }, async () => {
  const child = fork("device/simulator/main.ts", ["--config", "/nowhere/simulator.json"], { execArgv: ["--import", "tsx"], silent: true });
  expect((await once(child, "message"))[0]).toMatchObject({ type: "failed", message: expect.stringContaining("/nowhere/simulator.json") });
});
