import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createHostReader } from "./read-host";

function fakeRoot(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), "sp-host-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  write(root, files);
  return root;
}

function write(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

test("rates need two samples, levels need one", async () => {
  const root = fakeRoot({
    "proc/stat": "cpu  100 0 0 900 0 0 0 0 0 0\n",
    "proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 250 kB\n",
    "proc/net/dev": "  eth0: 1000 1 0 0 0 0 0 0 500 1 0 0 0 0 0 0\n",
    "sys/class/thermal/thermal_zone0/temp": "41200\n",
    "sys/class/thermal/thermal_zone1/temp": "55100\n",
  });
  let now = 0;
  const reader = createHostReader({ root, now: () => now });
  const first = await reader.values();
  expect(first.get("cpu")).toBeUndefined();
  expect(first.get("network_in")).toBeUndefined();
  expect(first.get("memory")).toEqual({ value: 75, unit: "%" });
  expect(first.get("temperature")).toEqual({ value: 55.1, unit: "Cel" });
  now = 2_000;
  write(root, { "proc/stat": "cpu  150 0 0 950 0 0 0 0 0 0\n", "proc/net/dev": "  eth0: 3000 1 0 0 0 0 0 0 600 1 0 0 0 0 0 0\n" });
  const second = await reader.values();
  expect(second.get("cpu")).toEqual({ value: 50, unit: "%" });
  expect(second.get("network_in")).toEqual({ value: 1000, unit: "B/s" });
  expect(second.get("network_out")).toEqual({ value: 50, unit: "B/s" });
});

test("a system without /proc reports what Node knows, and no posture", async () => {
  const reader = createHostReader({ root: fakeRoot({}) });
  const values = await reader.values();
  expect(values.get("memory")?.value).toBeGreaterThan(0);
  expect(values.has("temperature")).toBe(false);
  expect(await reader.sockets()).toBeUndefined();
});

test.skipIf(process.platform !== "linux")("this very machine", async () => {
  const reader = createHostReader();
  const sockets = await reader.sockets();
  expect(sockets?.counters.bytesIn).toBeGreaterThanOrEqual(0);
  const values = await reader.values();
  expect(values.get("memory")?.value).toBeGreaterThan(0);
  expect(values.get("disk")?.value).toBeGreaterThanOrEqual(0);
});
