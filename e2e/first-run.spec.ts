import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type RunningAgent, startAgent } from "./support/agent";
import { type Product, startProduct } from "./support/product";
import { startWebhookReceiver, type WebhookReceiver } from "./support/webhook-receiver";

const ADA = { email: "ada@example.com", name: "Ada", password: "notes on the analytical engine" };
const DEVICE = "workbench";

test.setTimeout(240_000);

let product: Product;
let receiver: WebhookReceiver;
const agents: RunningAgent[] = [];
const plugIn = (command: string): RunningAgent => {
  const agent = startAgent(command, product.dataDir);
  agents.push(agent);
  return agent;
};
test.beforeAll(async () => {
  [product, receiver] = await Promise.all([startProduct(), startWebhookReceiver()]);
});
test.afterAll(async () => {
  // Also when the journey ended early: nothing it started goes on.
  await Promise.all(agents.map((agent) => agent.kill()));
  await receiver?.close();
  expect(await product?.stop(), "still running after Ctrl-C").toEqual([]);
});

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
test.afterEach(async ({}, testInfo) => {
  if (testInfo.status === testInfo.expectedStatus) return;
  const said = [product.output(), product.logs(), ...agents.map((agent) => `--- agent ---\n${agent.output()}`)].join("\n");
  await testInfo.attach("product.log", { body: said, contentType: "text/plain" });
});

const setupLink = () => /https?:\/\/\S+\/setup\?token=\S+/.exec(product.output())?.[0] ?? "";
const go = (page: Page, name: string) =>
  page
    .getByRole("navigation", { name: "Main", exact: true })
    .getByRole("link", { name: new RegExp(`^${name}`) })
    .click();
const stateOf = (page: Page, word: string) => page.getByRole("main").locator("[data-state]").filter({ hasText: word }).first();

test("from the set-up link to an alert that somebody took", async ({ page }) => {
  await test.step("the set-up link makes the first administrator", async () => {
    await page.goto(setupLink());
    await expect(page.getByRole("heading", { level: 1, name: "Become the first administrator" })).toBeVisible();
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Name").fill(ADA.name);
    await page.getByLabel("Password", { exact: true }).fill(ADA.password);
    await page.getByRole("button", { name: "Create and sign in" }).click();
    await expect(page).toHaveURL(/\/overview$/);
    await expect(page.getByTestId("live-link")).toHaveAttribute("data-kind", "live");
  });

  await test.step("the link works once", async () => {
    const answer = await page.request.get(`${product.url}/api/v1/setup?${new URL(setupLink()).searchParams}`);
    expect(answer.ok()).toBe(false);
  });

  const config = path.join(product.dataDir, "workbench.json");
  const command = await test.step("a device is added; its credentials are shown once, with snippets", async () => {
    await page.getByRole("link", { name: "Add a device" }).click();
    const form = page.getByRole("dialog", { name: "Add a device" });
    await form.getByLabel("Name").fill(DEVICE);
    await form.getByLabel("Site").fill("Workshop");
    await form.getByRole("button", { name: "Add and show its token" }).click();
    const shown = page.getByRole("dialog", { name: `${DEVICE} is registered` });
    const token = await shown.getByTestId("secret").innerText();
    expect(token.split(".")).toHaveLength(3);
    await expect(shown.getByRole("img", { name: /QR code/ })).toBeVisible();
    for (const [tab, marks] of [
      ["mosquitto_pub", /mosquitto_pub -h/],
      ["Node", /mqtt\.connect\(/],
      ["Python", /import paho\.mqtt\.client/],
    ] as const) {
      await shown.getByText(tab, { exact: true }).click();
      await expect(shown.getByRole("region", { name: `Connect with ${tab}` })).toContainText(marks);
    }
    await shown.getByText("This machine", { exact: true }).click();
    const snippet = await shown.getByRole("region", { name: "Connect with This machine" }).locator("pre").innerText();
    const download = page.waitForEvent("download");
    await shown.getByRole("button", { name: "Download" }).click();
    const file = await download;
    await file.saveAs(config);
    await page.keyboard.press("Escape");
    await expect(shown).toBeVisible();
    await shown.getByRole("button", { name: "I have saved it" }).click();
    await expect(page.getByText(token)).toHaveCount(0);
    expect(readFileSync(config, "utf8")).toContain(token);
    return snippet.replace(file.suggestedFilename(), config);
  });

  const secret = await test.step("alerts go to a webhook, at once", async () => {
    await go(page, "Channels");
    await page.getByRole("button", { name: "Add a webhook" }).first().click();
    const form = page.getByRole("dialog", { name: "Add a webhook" });
    await form.getByLabel("Name").fill("On call");
    await form.getByLabel("Address").fill(receiver.url);
    await form.getByRole("button", { name: "Add and show its secret" }).click();
    const signing = await page.getByTestId("secret").innerText();
    await page.getByRole("button", { name: "I have saved it" }).click();

    await go(page, "Alerts");
    await page.getByRole("link", { name: "Rules", exact: true }).click();
    await page.getByRole("button", { name: "Edit Device offline" }).click();
    const rule = page.getByRole("dialog", { name: "Edit Device offline" });
    await rule.getByLabel("Held for, seconds").fill("0");
    await rule.getByRole("button", { name: "Save" }).click();
    await expect(rule).toBeHidden();
    return signing;
  });

  await go(page, "Devices");
  await page.getByRole("link", { name: DEVICE }).click();
  await expect(page.getByRole("heading", { level: 1, name: DEVICE })).toBeVisible();
  await expect(stateOf(page, "Never seen")).toBeVisible();

  const agent = plugIn(command);
  await test.step("the real agent connects: online, and its charts move", async () => {
    await expect(stateOf(page, "Online"), agent.output()).toBeVisible();
    const chart = page.locator('[data-metric="cpu"]');
    await expect(chart.getByTestId("value")).toHaveText(/%$/);
    await chart.getByText("Figures").click();
    const points = () => chart.getByRole("region", { name: "Figures of cpu" }).getByRole("row").count();
    const [had, picture] = [await points(), await chart.locator("canvas").screenshot()];
    await expect.poll(points, { message: "more points arrive without a reload", timeout: 30_000 }).toBeGreaterThan(had + 2);
    expect(picture.equals(await chart.locator("canvas").screenshot()), "the curve moved").toBe(false);
    await expect(page.getByText(/listen/i).first()).toBeVisible();
  });

  await test.step("its plug is pulled: offline, with the cause, and an alert fires", async () => {
    await agent.kill();
    await expect(stateOf(page, "Offline")).toBeVisible();
    await expect(page.getByText("The connection broke without a goodbye.").first()).toBeVisible();
    await expect(page.getByRole("table", { name: "Open alerts of this device" }).getByText("Device offline")).toBeVisible();
  });

  await test.step("the receiver got it, signed as Standard Webhooks", async () => {
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
    expect(receiver.verified(secret)).toContainEqual(
      expect.objectContaining({
        type: "alert.fired",
        data: expect.objectContaining({ alert: expect.objectContaining({ device: expect.objectContaining({ name: DEVICE }) }) }),
      }),
    );
    expect(() => receiver.verified(`whsec_${Buffer.alloc(32, 7).toString("base64")}`)).toThrow();
  });

  await test.step("somebody takes it", async () => {
    await go(page, "Alerts");
    await page.getByRole("button", { name: `Acknowledge Device offline of ${DEVICE}` }).click();
    const dialog = page.getByRole("dialog", { name: "Acknowledge Device offline" });
    await dialog.getByLabel("Comment").fill("Somebody pulled the plug.");
    await dialog.getByRole("button", { name: "Acknowledge" }).click();
    const row = page.getByRole("table", { name: "Open alerts" }).getByRole("row").filter({ hasText: DEVICE });
    await expect(row).toContainText(ADA.name);
    await expect(row).toContainText("Somebody pulled the plug.");
  });

  await test.step("plugged in again: online, and the alert ends by itself", async () => {
    plugIn(command);
    await expect(page.getByRole("table", { name: "Resolved alerts" }).getByText(DEVICE)).toBeVisible();
    await expect.poll(() => receiver.verified(secret).map((body) => (body as { type: string }).type)).toContain("alert.resolved");
  });
});
