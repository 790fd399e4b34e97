import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { createAgent } from "@/device/agent";
import { signInToApi } from "@/e2e/support/console-api";
import { startProduct } from "@/e2e/support/product";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";

const ADMIN = { email: "admin@example.com", password: "a gate that opens outwards" };
const METRICS = ["temperature", "pressure", "flow", "level", "vibration"] as const;
const EVERY_MS = 100;
const WATCHED_MS = 30_000;

export interface PageFigures {
  /** Over 50 ms, while the page stands and values arrive; 0: none. */
  longestTaskMs: number;
  longTasks: number;
  /** Sealed messages that were acknowledged meanwhile. */
  messages: number;
}

/** The page of a device in the whole product, in Chromium, for 30 seconds, while the device sends five sealed values ten times a second. */
export async function measureDevicePage(): Promise<PageFigures> {
  const product = await startProduct({ env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } });
  const api = await signInToApi(product.url, ADMIN.email, ADMIN.password);
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-page-"));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const profile = await api.post<{ id: string; name: string }>("/profiles", { name: "sealed", reportingIntervalSeconds: 1 });
    await api.status("PATCH", `/profiles/${profile.id}`, { encryption: "required" });
    const device = await api.post<DeviceCredentials>("/devices", { name: "ten a second", profile: profile.name });
    const agent = createAgent({
      host: "127.0.0.1",
      port: product.mqttPort,
      fleet: device.fleetId,
      device: device.deviceId,
      token: device.token,
      bufferDir: folder,
      encryption: "required",
    });
    let messages = 0;
    agent.on("acknowledged", () => messages++);
    let tick = 0;
    const beat = setInterval(() => {
      tick++;
      void agent.report(Object.fromEntries(METRICS.map((metric, index) => [metric, 50 + 20 * Math.sin(tick / (10 + index))])));
    }, EVERY_MS);
    try {
      const context = await browser.newContext({ storageState: await api.storageState(), viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.goto(`${product.url}/devices/${device.deviceId}`);
      await page.getByText(METRICS[4]).first().waitFor();
      const before = messages;
      const tasks = await page.evaluate(longTasks, WATCHED_MS);
      return { longestTaskMs: Math.round(Math.max(0, ...tasks)), longTasks: tasks.length, messages: messages - before };
    } finally {
      clearInterval(beat);
      await agent.stop();
    }
  } finally {
    await browser.close();
    await api.close();
    await product.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs in the page: how long each task over 50 ms took. */
function longTasks(forMs: number): Promise<number[]> {
  const seen: number[] = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  return new Promise((resolve) => setTimeout(() => resolve(seen), forMs));
}
