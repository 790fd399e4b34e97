import net from "node:net";
import type { Page } from "@playwright/test";
import mqtt from "mqtt";
import { createSimulator, type Simulator } from "@/device/simulator";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";

const SITES = ["North Quay", "South Quay"] as const;
const PER_SITE = 8;
/** Any address of 127/8 is this machine; to the broker it is another network. */
const ELSEWHERE = "127.77.0.9";

let devices: DeviceCredentials[];
let simulator: Simulator;
const atSite = (site: number) => devices.slice(site * PER_SITE, (site + 1) * PER_SITE);

test.beforeAll(async ({ api, product }) => {
  // What earlier tests left behind is away: several of these are an outage as well.
  const { items } = await api.get<{ items: { id: string }[] }>("/devices?state=offline&limit=100");
  for (const { id } of items) await api.status("PATCH", `/devices/${id}`, { lifecycle: "retired" });
  devices = [];
  for (const site of SITES) for (let i = 1; i <= PER_SITE; i++) devices.push(await api.post("/devices", { name: `${site} ${i}`, site }));
  simulator = createSimulator({
    host: "127.0.0.1",
    port: product.mqttPort,
    fleet: devices[0]?.fleetId ?? "",
    keepAliveSeconds: 2,
    connectSpreadMs: 500,
    restoreSpreadMs: 500,
    devices: devices.map(({ deviceId: id, name, token }, index) => ({
      id,
      name,
      site: SITES[Math.floor(index / PER_SITE)] ?? "",
      instrument: "pump",
      intervalSeconds: 5,
      token,
    })),
  });
  simulator.start();
  await expect
    .poll(async () => (await api.get<{ total: number }>("/devices?q=Quay&state=online")).total, { message: "all are connected", timeout: 60_000 })
    .toBe(devices.length);
});
test.afterAll(() => simulator?.stop());

/** Somebody with the device's token, in another network, under a client id of their own. */
async function tryFromElsewhere(port: number, { username, token }: DeviceCredentials): Promise<void> {
  const client = new mqtt.MqttClient(() => net.connect({ host: "127.0.0.1", port, localAddress: ELSEWHERE }), {
    protocolVersion: 4,
    clientId: "a-laptop",
    username,
    password: token,
    reconnectPeriod: 0,
  });
  client.on("error", () => {});
  await new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.end(true);
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

test("the plug of a site is pulled: one outage, and it is over when the power is back", async ({ page, api }) => {
  await openPage(page, "/outages");
  await expect(page.getByRole("heading", { level: 1, name: "No outage" })).toBeVisible();
  const { total: before } = await api.get<{ total: number }>("/outages");
  simulator.command({ kind: "power_cut", target: { site: SITES[0] } });
  // The page is open and follows by itself.
  const title = `${SITES[0]}: ${PER_SITE} devices away`;
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible({ timeout: 40_000 });
  const open = page.getByRole("table", { name: "Open outages" }).getByRole("row");
  await expect(open).toHaveCount(2);
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByText(`${PER_SITE} of the ${PER_SITE} devices that share it went away together`)).toBeVisible();
  await expect(page.getByRole("table", { name: "Devices of this outage" }).getByRole("row")).toHaveCount(PER_SITE + 1);
  // Eight devices are one line of the queue, too.
  await openPage(page, "/investigations");
  await expect(page.getByRole("link", { name: new RegExp(`^${title}`) })).toBeVisible();
  simulator.command({ kind: "restore", target: { site: SITES[0] } });
  await openPage(page, "/outages");
  await expect(page.getByRole("heading", { level: 1, name: "No outage" })).toBeVisible({ timeout: 40_000 });
  const all = await api.get<{ total: number }>("/outages");
  expect(all.total).toBe(before + 1);
});

test("one device is stolen: tamper suspected with its evidence; support reads why, and takes it on", async ({ browser, api, memberApi, product }) => {
  const stolen = atSite(1)[0];
  if (!stolen) throw new Error("no device");
  simulator.command({ kind: "power_cut", target: { device: stolen.deviceId } });
  await expect
    .poll(async () => (await api.get<{ presence: { state: string } }>(`/devices/${stolen.deviceId}`)).presence.state, { timeout: 30_000 })
    .toBe("offline");
  await tryFromElsewhere(product.mqttPort, stolen);
  const support = await memberApi("support");
  const context = await browser.newContext({ storageState: await support.storageState(), baseURL: product.url });
  const page = await context.newPage();
  await openPage(page, `/devices/${stolen.deviceId}/why`);
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(`^${stolen.name} is offline`) })).toBeVisible();
  const suspicion = page.getByRole("region", { name: "Why tampering is suspected" });
  await expect(suspicion).toBeVisible({ timeout: 60_000 });
  await expect(suspicion.getByText(`from ${ELSEWHERE}, where it has not been, and refused`, { exact: false })).toBeVisible();
  await expect(suspicion.getByText("It vanished alone", { exact: false })).toBeVisible();
  await expect(page.getByText("Metadata only.")).toBeVisible();
  await page.getByRole("button", { name: "Ping now" }).click();
  await expect(page.getByText("The broker has no session with it: nobody could hear the message.", { exact: false })).toBeVisible();
  const neighbour = atSite(1)[1];
  await openPage(page, `/devices/${neighbour?.deviceId}/why`);
  await page.getByRole("button", { name: "Ping now" }).click();
  await expect(page.getByText(/It was heard of \d+\.\d s later\./)).toBeVisible();

  await openPage(page, "/investigations?cause=tampering");
  await expect(row(page, stolen.name)).toBeVisible();
  await page.getByRole("button", { name: "Change all 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Note").fill("The guard is on the way.");
  await dialog.getByRole("button", { name: "Change 1 device" }).click();
  await expect(row(page, stolen.name).getByText("The guard is on the way.", { exact: false })).toBeVisible();
  expect((await api.get<{ total: number }>("/outages?state=open")).total).toBe(0);
  await context.close();
});
