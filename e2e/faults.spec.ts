import path from "node:path";
import { expect, test } from "@playwright/test";
import { checkLedger, createSimulator, readLedger, type SimulatorConfig } from "@/device/simulator";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { openProductDatabase } from "@/lib/testing/product-database";
import { storedReadings } from "@/lib/testing/stored-readings";
import { signInToApi } from "./support/console-api";
import { ADMIN } from "./support/fixtures";
import { type Product, startProduct } from "./support/product";

const DEVICES = 100;
const INTERVAL_SECONDS = 0.5;
/** Seconds of load between two faults, as acknowledged messages. */
const BETWEEN = DEVICES * 4;
/** Each process once, those that carry messages twice, the second time in the middle of the first one's recovery. */
const KILLS = ["broker", "worker", "web", "postgres", "broker", "postgres"] as const;

test.setTimeout(300_000);

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } });
});
test.afterAll(async () => {
  expect(await product?.stop(), "still running after Ctrl-C").toEqual([]);
});

/** Ends a process without a word, and waits until the supervisor has another one in its place. */
async function killAndWait(name: (typeof KILLS)[number]): Promise<void> {
  const before = product.run()?.processes[name];
  if (!before) throw new Error(`${name} does not run`);
  process.kill(before.pid, "SIGKILL");
  await expect
    .poll(() => (product.run()?.processes[name]?.restarts ?? 0) > before.restarts, { message: `${name} is started again`, timeout: 60_000 })
    .toBe(true);
}

const health = () =>
  fetch(`${product.url}/api/health`).then(
    ({ status }) => status,
    () => 0,
  );

test("kill -9 of every process under load: nothing lost, invented or doubled, and nobody called offline", async () => {
  const api = await signInToApi(product.url, ADMIN.email, ADMIN.password);
  const devices: DeviceCredentials[] = [];
  for (let index = 0; index < DEVICES; index++) devices.push(await api.post("/devices", { name: `pump-${index}`, site: `Site ${index % 4}` }));
  const ledger = path.join(product.dataDir, "ledger.jsonl");
  const config: SimulatorConfig = {
    host: "127.0.0.1",
    port: product.mqttPort,
    fleet: devices[0]?.fleetId ?? "",
    ledger: { file: ledger },
    devices: devices.map(({ deviceId: id, name, token }, index) => ({
      id,
      name,
      site: `Site ${index % 4}`,
      instrument: "pump",
      intervalSeconds: INTERVAL_SECONDS,
      token,
    })),
  };
  const simulator = createSimulator(config);
  const acknowledgedMore = async (than: number, after: string) =>
    expect.poll(() => simulator.status().acknowledged - than, { message: `messages are acknowledged ${after}`, timeout: 90_000 }).toBeGreaterThan(BETWEEN);

  simulator.start();
  await acknowledgedMore(0, "at the start");
  for (const name of KILLS) {
    await killAndWait(name);
    await acknowledgedMore(simulator.status().acknowledged, `after ${name} was killed`);
  }
  await expect.poll(health, { message: "every part is well again", timeout: 60_000 }).toBe(200);

  expect(await simulator.settle({ withinMs: 60_000 }), "everything that was sent is acknowledged").toBe(true);
  const database = await openProductDatabase(product.dataDir);
  const report = checkLedger({ sent: readLedger(ledger), stored: await storedReadings(database) });
  await database.close();
  const { lost, invented, doubled, afterRevoke } = report;
  expect({ lost, invented, doubled, afterRevoke }).toEqual({ lost: [], invented: [], doubled: [], afterRevoke: [] });
  expect(report.acknowledged).toBeGreaterThan(BETWEEN * KILLS.length);
  expect(report.stored).toBeGreaterThanOrEqual(report.acknowledged);
  test.info().annotations.push({ type: "ledger", description: `${report.sent} sent, ${report.acknowledged} acknowledged, ${report.stored} stored` });

  // A restart of ours is no outage of theirs.
  const alerts = await api.get<{ total: number }>("/alerts");
  expect(alerts.total).toBe(0);
  await simulator.stop();
  await api.close();
});
