import { generateKeyPairSync, sign } from "node:crypto";
import path from "node:path";
import type { DeviceCredentials, DeviceDetail } from "@/lib/domain/devices/device-view";
import { deviceOfAnotherFleet, expiredToken } from "@/lib/testing/product-stage";
import { expect, test } from "./support/fixtures";
import { hasMosquitto, mosquittoPublish } from "./support/mosquitto";

test.skip(!hasMosquitto(), "mosquitto_pub is not installed");

let device: DeviceCredentials;
test.beforeAll(async ({ api }) => {
  device = await api.post<DeviceCredentials>("/devices", { name: `mosquitto ${Date.now()}` });
});

/** What differs from a good publish. */
async function publish(port: number, temperature: number, different: Partial<Parameters<typeof mosquittoPublish>[0]> = {}) {
  const { username, token: password, telemetryTopic: topic } = device;
  return mosquittoPublish({ port, topic, username, password, message: JSON.stringify({ temperature }), ...different });
}

// Without -i, Debian's client sends an empty client id.
for (const [name, own, temperature] of [
  ["an empty client id", false, 18.5],
  ["the device's own client id", true, 19.75],
] as const)
  test(`a granted token publishes with ${name}, and the point appears on the device page`, async ({ page, api, product }) => {
    await page.goto(`/devices/${device.deviceId}`);
    await expect(page.getByRole("heading", { level: 1, name: device.name })).toBeVisible();
    expect(await publish(product.mqttPort, temperature, own ? { clientId: device.deviceId } : {})).toEqual({ code: 0, output: "" });
    await expect(page.locator('[data-metric="temperature"]').getByTestId("value")).toHaveText(new RegExp(String(temperature)));
    const session = async () => (await api.get<DeviceDetail>(`/devices/${device.deviceId}`)).session?.clientId;
    await expect.poll(session).toMatch(own ? new RegExp(`^${device.deviceId}$`) : new RegExp(`^${device.deviceId}-[0-9a-f]{12}$`));
  });

test("a granted token publishes over TLS, with the authority that the start printed", async ({ api, product }) => {
  const ca = path.join(product.dataDir, "tls/ca.crt");
  expect(await publish(Number(product.env.MQTTS_PORT), 22.125, { ca })).toEqual({ code: 0, output: "" });
  const { latest } = await api.get<DeviceDetail>(`/devices/${device.deviceId}`);
  expect(latest).toContainEqual(expect.objectContaining({ metric: "temperature", value: 22.125 }));
});

test.describe("refused with a return code that says why", () => {
  const NOT_AUTHORIZED = /not authori[sz]ed/i;
  const BAD_CREDENTIALS = /bad user name or password/i;

  async function expectRefused(port: number, different: Parameters<typeof publish>[2], reason: RegExp) {
    const { code, output } = await publish(port, 99, different);
    expect(code, output).not.toBe(0);
    expect(output).toMatch(reason);
  }

  // MQTT 3.1.1 table 3.1. 4, bad user name or password: no genuine token of ours. 5, not authorised: one that does not allow this.
  test("no token", ({ product }) => expectRefused(product.mqttPort, { password: undefined }, BAD_CREDENTIALS));
  test("neither user name nor token", ({ product }) => expectRefused(product.mqttPort, { username: undefined, password: undefined }, BAD_CREDENTIALS));
  test("not a token at all", ({ product }) => expectRefused(product.mqttPort, { password: "swordfish" }, BAD_CREDENTIALS));

  test("a token with another signature", async ({ product }) => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const signed = device.token.split(".").slice(0, 2).join(".");
    const forged = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`;
    await expectRefused(product.mqttPort, { password: forged }, BAD_CREDENTIALS);
  });

  test("an expired token", async ({ product }) => {
    await expectRefused(product.mqttPort, { password: await expiredToken(product.dataDir, device) }, NOT_AUTHORIZED);
  });

  test("another device's token", async ({ api, product }) => {
    const other = await api.post<DeviceCredentials>("/devices", { name: `other ${Date.now()}` });
    await expectRefused(product.mqttPort, { password: other.token }, NOT_AUTHORIZED);
  });

  test("a token of another fleet, as itself, on this device's topic", async ({ product }) => {
    const foreign = await deviceOfAnotherFleet(product.dataDir);
    const { code } = await publish(product.mqttPort, 99, { username: foreign.deviceId, password: foreign.token });
    expect(code).not.toBe(0);
  });

  test("a revoked token", async ({ api, product }) => {
    const spare = await api.post<DeviceCredentials>(`/devices/${device.deviceId}/tokens`, { label: "spare" });
    expect((await publish(product.mqttPort, 20, { password: spare.token })).code).toBe(0);
    await api.post(`/tokens/${spare.tokenId}/revoke`, { reason: "test" });
    await expectRefused(product.mqttPort, { password: spare.token }, NOT_AUTHORIZED);
  });

  test("another's client id", async ({ api, product }) => {
    const other = await api.post<DeviceCredentials>("/devices", { name: `taken ${Date.now()}` });
    await expectRefused(product.mqttPort, { clientId: other.deviceId }, /identifier rejected|not authori[sz]ed/i);
  });

  test("a topic of another device", async ({ api, product }) => {
    const other = await api.post<DeviceCredentials>("/devices", { name: `neighbour ${Date.now()}` });
    expect((await publish(product.mqttPort, 99, { topic: other.telemetryTopic })).code).not.toBe(0);
  });

  test("nothing of all that was stored", async ({ api }) => {
    const { time, max } = await api.get<{ time: number[]; max: number[] }>(`/devices/${device.deviceId}/series?metric=temperature&from=now-1h`);
    expect(time.length).toBeGreaterThan(0);
    expect(Math.max(...max)).toBeLessThan(99);
  });
});
