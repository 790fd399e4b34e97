import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import { fleetOfItsOwn } from "@/lib/testing/product-stage";
import { type RunningAgent, startAgent } from "./support/agent";
import { signInToApi } from "./support/console-api";
import { expect, MEMBER_PASSWORD, test } from "./support/fixtures";
import { openPage } from "./support/pages";
import type { Product } from "./support/product";

const PASSPHRASE = "seven doors that open outwards";
const PEOPLE = { admin: "sealing-ann@example.com", operator: "reading-bob@example.com", viewer: "looking-eve@example.com" };
const folder = mkdtempSync(path.join(tmpdir(), "sallyport-sealed-e2e-"));
let place: Awaited<ReturnType<typeof fleetOfItsOwn>>;
let agent: RunningAgent | undefined;

test.beforeAll(async ({ product }) => {
  place = await fleetOfItsOwn(product.dataDir, PEOPLE, MEMBER_PASSWORD);
  writeFileSync(path.join(folder, "token"), place.token);
});
test.afterAll(async () => {
  await agent?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function browserOf(browser: Browser, product: Product, email: string) {
  const api = await signInToApi(product.url, email, MEMBER_PASSWORD);
  const context = await browser.newContext({ storageState: await api.storageState(), baseURL: product.url, locale: "en-GB", timezoneId: "UTC" });
  return { api, page: await context.newPage(), context };
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const rail = (page: Page, name: string) => page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: new RegExp(`^${name}`) });
/** Without loading anything anew: that would lock. */
async function toSealed(page: Page): Promise<void> {
  await rail(page, "Keys").click();
  await page.getByRole("main").getByRole("link", { name: "Sealed" }).click();
}
async function toDevice(page: Page): Promise<void> {
  await rail(page, "Devices").click();
  await page.getByRole("link", { name: place.deviceName }).click();
}
/** The parts of a compact JWE (RFC 7516, 7.1), decoded: ciphertext as its bytes, and not as letters that spell something by chance. */
const partsOf = (payload: string): string[] =>
  Buffer.from(payload, "base64url")
    .toString("latin1")
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("latin1"));
const values = (page: Page) => page.locator("[data-metric]").getByTestId("value");

test("a fleet is sealed, a device signed, an operator admitted: both read its values, decrypted in their browsers", async ({ browser, product }) => {
  const ann = await browserOf(browser, product, PEOPLE.admin);
  await openPage(ann.page, "/keys/sealed");
  await ann.page.getByRole("button", { name: "Seal this fleet" }).click();
  await ann.page.getByLabel("Passphrase").fill(PASSPHRASE);
  await ann.page.getByLabel("The same again").fill(PASSPHRASE);
  await ann.page.getByRole("button", { name: "Make the keys" }).click();
  const code = await ann.page.getByTestId("recovery-key").innerText();
  expect(code).toMatch(/^(\w{4}-){8}\w{4}$/);
  await ann.page.getByLabel(/^Its last four letters/).fill(code.slice(-4));
  await ann.page.getByRole("button", { name: "Seal the fleet" }).click();
  await expect(heading(ann.page, "Sealed, and unlocked here")).toBeVisible();

  const root = (await ann.page.getByText(/^--fleet-root=/).innerText()).slice("--fleet-root=".length);
  const address = `--host 127.0.0.1 --port ${product.mqttPort} --token-file ${path.join(folder, "token")}`;
  agent = startAgent(`npm run agent -- ${address} --fleet-root=${root}`, folder);
  const waiting = ann.page.getByRole("region", { name: "Wait for your signature" });
  await expect(waiting).toBeVisible({ timeout: 30_000 });
  const print = await waiting.getByRole("row").filter({ hasText: place.deviceName }).getByRole("cell").nth(1).innerText();
  expect(agent.output()).toContain(print);
  await waiting.getByRole("button", { name: "Sign it" }).click();
  await ann.page.getByRole("dialog").getByRole("button", { name: "Sign" }).click();
  await expect(waiting).toHaveCount(0);
  await toDevice(ann.page);
  await expect(values(ann.page).first()).toBeVisible({ timeout: 30_000 });

  const bob = await browserOf(browser, product, PEOPLE.operator);
  await openPage(bob.page, `/devices/${place.deviceId}`);
  await expect(bob.page.getByText("Sealed: you are not admitted")).toBeVisible();
  await bob.page.getByRole("link", { name: "Keys of this sealed fleet" }).click();
  await bob.page.getByLabel("Passphrase").fill(PASSPHRASE);
  await bob.page.getByLabel("The same again").fill(PASSPHRASE);
  await bob.page.getByRole("button", { name: "Make my key pair and ask" }).click();
  const asked = await bob.page
    .getByRole("region", { name: "Your keys" })
    .getByText(/^(\S{4} ){5}\S{4}$/)
    .innerText();
  await toSealed(ann.page);
  await ann.page.getByRole("button", { name: "Admit reading-bob" }).click();
  await ann.page.getByLabel("Fingerprint, as they read it").fill("ABCD EFGH IJKL");
  await ann.page.getByRole("dialog").getByRole("button", { name: "Admit" }).click();
  await expect(ann.page.getByText("somebody has exchanged it: do not admit")).toBeVisible();
  await ann.page.getByLabel("Fingerprint, as they read it").fill(asked.slice(0, 14));
  await ann.page.getByRole("dialog").getByRole("button", { name: "Admit" }).click();
  await expect(ann.page.getByRole("row").filter({ hasText: "reading-bob" }).getByText("Reads")).toBeVisible();

  await openPage(bob.page, "/keys/sealed");
  await bob.page.getByLabel("Passphrase").fill("not the passphrase");
  await bob.page.getByRole("checkbox", { name: /^An admin told me this root fingerprint/ }).check();
  await bob.page.getByRole("button", { name: "Unlock" }).click();
  await expect(bob.page.getByText("That is not the passphrase of your key pair.")).toBeVisible();
  await bob.page.getByLabel("Passphrase").fill(PASSPHRASE);
  await bob.page.getByRole("button", { name: "Unlock" }).click();
  await expect(heading(bob.page, "Sealed, and unlocked here")).toBeVisible();
  await toDevice(bob.page);
  await expect(values(bob.page).first()).toBeVisible({ timeout: 30_000 });
  await Promise.all([ann, bob].map(async ({ api, context }) => Promise.all([api.close(), context.close()])));
});

test("somebody who is not admitted sees the device, and nothing that it measures", async ({ browser, product }) => {
  const eve = await browserOf(browser, product, PEOPLE.viewer);
  await openPage(eve.page, `/devices/${place.deviceId}`);
  await expect(heading(eve.page, place.deviceName)).toBeVisible();
  await expect(eve.page.getByText("Sealed: you are not admitted")).toBeVisible();
  await expect(eve.page.locator("[data-metric]")).toHaveCount(0);
  expect(await eve.api.get(`/devices/${place.deviceId}/metrics`)).toMatchObject({ items: [] });
  const { items } = await eve.api.get<{ items: { payload: string }[] }>(`/devices/${place.deviceId}/sealed-messages?since=2020-01-01T00:00:00.000Z`);
  expect(items.length).toBeGreaterThan(0);
  const parts = items.flatMap(({ payload }) => partsOf(payload));
  expect(parts).toHaveLength(5 * items.length);
  // As they would stand in the plaintext, quotation mark included.
  for (const part of parts) expect(part).not.toMatch(/"(cpu|memory)/i);
  await Promise.all([eve.api.close(), eve.context.close()]);
});
