import { readFileSync } from "node:fs";
import { compactVerify, createRemoteJWKSet } from "jose";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { expect, test } from "./support/fixtures";
import { hasMosquitto, mosquittoPublish, mosquittoSubscribe, type Subscriber } from "./support/mosquitto";
import { openPage } from "./support/pages";

test.skip(!hasMosquitto(), "mosquitto_pub is not installed");

let subscriber: Subscriber | undefined;
test.afterEach(() => subscriber?.stop());

test("an admin grants, a real client uses it, the admin revokes and sees what was cut", async ({ page, api, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `granted ${Date.now()}` });
  const publish = (temperature: number) =>
    mosquittoPublish({
      port: product.mqttPort,
      topic: device.telemetryTopic,
      username: device.username,
      password: device.token,
      message: JSON.stringify({ temperature }),
    });
  const holder = `reader ${Date.now()}`;

  await openPage(page, "/tokens");
  await page.getByRole("link", { name: "Grant access" }).click();
  await page.getByRole("button", { name: /^Service ingest/ }).click();
  await page.getByLabel("Holder", { exact: true }).fill(holder);
  const create = page.getByRole("button", { name: "Create token, show secret once" });
  await expect(page.getByText(`${holder} can do this and nothing else`)).toBeVisible();
  await expect(page.getByText(/^Read .*telemetry/).first()).toBeVisible();
  await create.click();

  const secret = page.getByRole("dialog");
  const password = await secret.getByTestId("secret").innerText();
  // The values in type: user name, client id, broker.
  const values = secret.getByRole("definition").filter({ has: page.locator("code") });
  const [username, clientId] = [await values.nth(0).innerText(), await values.nth(1).innerText()];
  await secret.getByRole("button", { name: "I have saved it" }).click();
  await expect(secret).toHaveCount(0);

  const login = { port: product.mqttPort, filter: `sp/v1/${device.fleetId}/+/up/telemetry`, username, password, clientId };
  subscriber = mosquittoSubscribe(login);
  const heard = subscriber;
  await expect.poll(() => heard.output()).toContain("Subscribed (mid: 1): 1");
  expect((await publish(18.5)).code).toBe(0);
  await expect.poll(() => heard.output()).toContain('{"temperature":18.5}');

  await page.goto("/tokens?kind=service");
  await page.getByRole("button", { name: new RegExp(`^Revoke the token .* of ${holder}$`) }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Revoke/ }).click();
  await expect(dialog.getByText(/1 of 1 session cut in [\d.,]+ m?s/)).toBeVisible();
  const link = dialog.getByRole("link", { name: "Download receipt" });
  await expect(link).toBeVisible({ timeout: 30_000 });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const receipt = readFileSync(await download.path(), "utf8").trim();

  const { payload } = await compactVerify(receipt, createRemoteJWKSet(new URL("/.well-known/jwks.json", product.url)));
  expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ sessions: [{ clientId, outcome: "cut" }] });
  // Debian's client tries again by itself, and is told so; nothing that is sent afterwards reaches it.
  await expect.poll(() => heard.output(), { timeout: 30_000 }).toMatch(/not authori[sz]ed/i);
  expect((await publish(99.5)).code).toBe(0);
  expect(heard.output()).not.toContain("99.5");
});

test("a support user opens a refusal and reads why", async ({ browser, api, memberApi, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `refused ${Date.now()}` });
  const neighbour = await api.post<DeviceCredentials>("/devices", { name: `neighbour ${Date.now()}` });
  const { username, token: password } = device;
  const refused = await mosquittoPublish({ port: product.mqttPort, topic: neighbour.telemetryTopic, username, password, message: '{"temperature":1}' });
  expect(refused.code).not.toBe(0);

  const support = await memberApi("support");
  const context = await browser.newContext({ storageState: await support.storageState(), baseURL: product.url });
  const page = await context.newPage();
  await openPage(page, "/refusals");
  await page.getByRole("row").filter({ hasText: device.name }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/refusals\/\d+/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(device.name);
  const card = page.getByRole("region", { name: "Refusal explained" });
  await expect(card).toContainText(neighbour.telemetryTopic.split("/").slice(3).join("/"));
  await expect(card).toContainText("Tried");
  await expect(card).toContainText("Nearest");
  await expect(card).toContainText("Decided");
  // Support reads why; granting what is missing is an admin's.
  await expect(card.getByRole("button", { name: /grant/i })).toHaveCount(0);
  await context.close();
});
