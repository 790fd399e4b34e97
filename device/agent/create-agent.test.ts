import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { parseTelemetry } from "@/lib/protocol/telemetry";
import { DiskBuffer } from "./buffer/disk-buffer";
import { type AgentOptions, createAgent } from "./index";

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Nothing listens on port 1: an agent that is offline all the time. */
function offlineAgent(options: Partial<AgentOptions> = {}) {
  const bufferDir = options.bufferDir ?? temporaryFolder();
  return { bufferDir, agent: createAgent({ host: "127.0.0.1", port: 1, fleet: "flt_1", device: "dev_1", token: "t", bufferDir, ...options }) };
}

test("reports are taken while offline and written as the wire's telemetry, with a rising sequence number", async () => {
  const { agent, bufferDir } = offlineAgent();
  const time = Date.UTC(2026, 10, 22, 12);
  const first = await agent.report({ temperature: { value: 21.4, unit: "Cel" }, load: 0.5 }, new Date(time));
  expect(await agent.report({ load: 1 }, time + 1)).toBe(first + 1);
  expect(agent.status()).toEqual({ isConnected: false, keyVersion: null, waiting: 2, dropped: 0, lastSeq: first + 1 });
  await agent.stop();
  const buffer = new DiskBuffer({ folder: bufferDir });
  onTestFinished(() => buffer.close());
  const parsed = buffer.read(0, 10).map(({ payload }) => parseTelemetry(payload, "dev_1", time));
  expect(parsed).toMatchObject([
    {
      ok: true,
      message: {
        seq: first,
        arrivalTimed: false,
        readings: [
          { metric: "temperature", time, value: 21.4, unit: "Cel" },
          { metric: "load", time, value: 0.5, unit: undefined },
        ],
      },
    },
    { ok: true, message: { seq: first + 1, readings: [{ metric: "load", time: time + 1, value: 1, unit: undefined }] } },
  ]);
});

test("what was dropped is reported with the next message", async () => {
  const onDropped = vi.fn();
  const { agent, bufferDir } = offlineAgent({ maxBufferBytes: 1_000 });
  agent.on("dropped", onDropped);
  for (let i = 0; i < 30; i++) await agent.report({ value: i });
  expect(onDropped).toHaveBeenCalled();
  await agent.stop();
  const buffer = new DiskBuffer({ folder: bufferDir });
  onTestFinished(() => buffer.close());
  expect(buffer.read(0, 100).some(({ payload }) => payload.toString().includes("buffer_dropped"))).toBe(true);
});

test.each([
  ["no reading", {}],
  ["a name with a space", { "a b": 1 }],
  ["not a number", { a: Number.NaN }],
  ["infinite", { a: Number.POSITIVE_INFINITY }],
  ["too many", Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`m${index}`, index]))],
])("refused before it takes room: %s", async (_, values) => {
  const { agent } = offlineAgent();
  onTestFinished(() => agent.stop());
  await expect(agent.report(values)).rejects.toMatchObject({ code: "invalid_input" });
  expect(agent.status().waiting).toBe(0);
});

test("failures are told, with their kind", async () => {
  const { agent } = offlineAgent();
  onTestFinished(() => agent.stop());
  const failure = await new Promise((resolve) => agent.once("failed", resolve));
  expect(failure).toMatchObject({ kind: "network" });
  expect(await agent.sendPosture({ header: { report_id: 1, version: "1.0" }, metrics: {} })).toBe(false);
});
