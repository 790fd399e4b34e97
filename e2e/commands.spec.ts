import mqtt, { type MqttClient } from "mqtt";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";

let client: MqttClient | undefined;
test.afterEach(async () => {
  await client?.endAsync(true);
});

/** A device of sixty lines of Python, in ten: it says that it has a command, and does it. */
async function answering({ fleetId, username, token }: DeviceCredentials, port: number): Promise<void> {
  const device = await mqtt.connectAsync({ host: "127.0.0.1", port, protocolVersion: 4, clientId: username, username, password: token });
  client = device;
  device.on("message", (topic, payload) => {
    const { id, parameters } = JSON.parse(payload.toString("utf8"));
    const say = (answer: object) => device.publishAsync(topic.replace("/down/", "/up/"), JSON.stringify(answer), { qos: 1 });
    void say({ state: "delivered" }).then(() => say({ state: "succeeded", result: { did: id, ...parameters } }));
  });
  await device.subscribeAsync(`sp/v1/${fleetId}/${username}/down/command/+`, { qos: 1 });
}

test("an admin sends a command and sees its answer; a dangerous one of somebody else waits for them", async ({ page, api, memberApi, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `obedient ${Date.now()}` });
  await answering(device, product.mqttPort);
  await openPage(page, `/devices/${device.deviceId}/commands?command=log-level`);
  await page.getByRole("combobox", { name: "Level" }).click();
  await page.getByRole("option", { name: "debug" }).click();
  await page.getByRole("button", { name: `Send to ${device.name}` }).click();
  const history = page.getByRole("table", { name: "Commands to this device" });
  const row = history.getByRole("row", { name: /^Log level/ });
  await expect(row).toContainText("Succeeded");
  await expect(row).toContainText("level debug, minutes 60");

  const operator = await memberApi("operator");
  const asked = await operator.post<{ id: string; state: string }>(`/devices/${device.deviceId}/commands`, { name: "restart" });
  expect(asked.state).toBe("waiting");
  expect(await operator.status("POST", `/commands/${asked.id}/approve`)).toBe(403);
  await openPage(page, "/tokens/approvals");
  await page.getByRole("button", { name: `Approve Restart the agent on ${device.name}` }).click();
  await expect(page.getByRole("button", { name: `Approve Restart the agent on ${device.name}` })).toHaveCount(0);
  await openPage(page, `/devices/${device.deviceId}/commands`);
  const restart = history.getByRole("row", { name: /^Restart the agent/ });
  await expect(restart).toContainText("Succeeded");
  await expect(restart).toContainText("approved by");
});
