import AxeBuilder from "@axe-core/playwright";
import mqtt from "mqtt";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";

const fleetOf = ({ telemetryTopic }: DeviceCredentials) => telemetryTopic.split("/")[2] ?? "";
const stateTopic = (device: DeviceCredentials) => `sp/v1/${fleetOf(device)}/${device.deviceId}/down/state`;

/** Whether one QoS 1 publish is acknowledged; false when the broker closes the connection instead. */
async function acknowledged(port: number, { username }: DeviceCredentials, token: string, topic: string): Promise<boolean> {
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port, protocolVersion: 4, clientId: username, username, password: token, reconnectPeriod: 0 });
  const closed = new Promise<false>((resolve) => client.once("close", () => resolve(false)));
  const answered = client.publishAsync(topic, "{}", { qos: 1 }).then(
    () => true,
    () => false,
  );
  const outcome = await Promise.race([answered, closed]);
  client.end(true);
  return outcome;
}

test("who was refused and why; an admin grants exactly what is missing, and it works", async ({ page, api, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `refused ${Date.now()}` });
  const topic = stateTopic(device);
  await openPage(page, `/refusals?device=${device.deviceId}`);
  await expect(page.getByText("Nothing was refused that fits these filters")).toBeVisible();
  expect(await acknowledged(product.mqttPort, device, device.token, topic)).toBe(false);
  // The list is open and follows by itself.
  await page.getByRole("link", { name: /^Not granted/ }).click();
  await expect(page.getByRole("heading", { name: "Refusal explained" })).toBeVisible();
  await expect(page.getByText("It is for subscribing, not for publishing.")).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Grant a token with it" }).click();
  await page.getByRole("button", { name: /^(Create token, show secret once)$/ }).click();
  const token = (await page.getByTestId("secret").innerText()).trim();
  expect(await acknowledged(product.mqttPort, device, token, topic)).toBe(true);
  expect(await acknowledged(product.mqttPort, device, token, topic.replace("/down/state", "/down/key"))).toBe(false);
});

test("support sees it on the device's page and is told who can grant; the simulator says the same", async ({ browser, api, memberApi, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `told ${Date.now()}` });
  expect(await acknowledged(product.mqttPort, device, device.token, stateTopic(device))).toBe(false);
  const context = await browser.newContext({ storageState: await (await memberApi("support")).storageState(), baseURL: product.url });
  const page = await context.newPage();
  await openPage(page, `/devices/${device.deviceId}`);
  await page
    .getByRole("region", { name: "Refused" })
    .getByRole("link", { name: /^Not granted/ })
    .click();
  await expect(page.getByText("Granting it needs admin.", { exact: false })).toBeVisible();
  await page.getByRole("link", { name: "Try it in the simulator" }).click();
  await expect(page.getByRole("heading", { name: "No, it may not publish this" })).toBeVisible();
  await page.getByText("Subscribe", { exact: true }).click();
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByRole("heading", { name: "Yes, it may subscribe to this" })).toBeVisible();
  await context.close();
});
