import type { Page } from "@playwright/test";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { findsNothing } from "./support/axe";
import { expect, SIGNED_OUT, test } from "./support/fixtures";
import { addressFor, openPage, PAGES, scrollsSideways } from "./support/pages";
import { publish } from "./support/publish";
import { type Watch, wasQuiet, watch } from "./support/watch";

const WIDE = { width: 1440, height: 900 };
const LOOK = { locale: "en-GB", timezoneId: "UTC", viewport: WIDE };

let device: DeviceCredentials;
test.beforeAll(async ({ api, product }) => {
  device = await api.post<DeviceCredentials>("/devices", { name: `reading glasses ${Date.now()}`, site: "Library" });
  await publish(product.mqttPort, device, '{"temperature": 21.4}');
  await publish(product.mqttPort, device, "not JSON");
});

test.describe("axe finds nothing, light or dark, and the page is quiet", () => {
  // One browser context for all: in a fresh one each page loads and compiles all of its scripts again, which takes longer than looking at it.
  let page: Page;
  let seen: Watch;
  test.beforeAll(async ({ browser, adminState, product }) => {
    page = await browser.newPage({ ...LOOK, storageState: adminState, baseURL: product.url });
    seen = await watch(page, product.url);
  });
  test.afterAll(() => page.close());

  for (const address of PAGES)
    test(address, async () => {
      await page.setViewportSize(WIDE);
      await openPage(page, addressFor(address, device));
      await findsNothing(page);
      // The same page on the narrowest screen: nothing makes it wider than that.
      await page.setViewportSize({ width: 320, height: 640 });
      await expect.poll(() => scrollsSideways(page), "scrolls sideways at 320 px").toBe(false);
      wasQuiet(seen);
    });

  test("add a device, and its token", async ({ page }) => {
    await openPage(page, "/devices?add=1");
    await expect(page.getByRole("dialog", { name: "Add a device" })).toBeVisible();
    await findsNothing(page);
    await page.getByLabel("Name").fill("shown once");
    await page.getByRole("button", { name: "Add and show its token" }).click();
    await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
    await findsNothing(page);
  });

  test.describe("before sign-in", () => {
    test.use(SIGNED_OUT);
    test("/sign-in", async ({ page }) => {
      await page.goto("/sign-in");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await findsNothing(page);
    });
  });
});

test.describe("by keyboard alone", () => {
  /** Presses Tab until the focus is on it. */
  async function tabTo(page: Page, name: string | RegExp): Promise<void> {
    const wanted = typeof name === "string" ? new RegExp(`^${name}`) : name;
    const focused = page.locator(":focus");
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const text = await focused.evaluate((element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").trim()).catch(() => "");
      if (wanted.test(text)) return;
    }
    throw new Error(`Tab never reached ${wanted}`);
  }

  test("skip link, search, a device, back, add a device", async ({ page }) => {
    await openPage(page, "/overview");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();

    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await expect(page).toHaveURL(/\/devices$/);
    await page.keyboard.press("/");
    await expect(page.getByRole("combobox", { name: "Search devices" })).toBeFocused();
    await page.keyboard.type(device.name);
    await expect(page.getByRole("table", { name: "Devices" }).getByRole("row")).toHaveCount(2);
    await tabTo(page, device.name);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: device.name })).toBeVisible();
    await page.goBack();

    await tabTo(page, "Add a device");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Add a device" });
    await expect(dialog.getByLabel("Name")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("button", { name: "Add a device" })).toBeFocused();
  });

  test("the palette goes to a device by its name, and ? lists the keys", async ({ page }) => {
    await openPage(page, "/overview");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Go to anything" })).toBeFocused();
    await page.keyboard.type(device.name.slice(0, 24));
    await expect(page.getByRole("option", { name: new RegExp(device.name) }).first()).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(device.deviceId));
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});
