// `npm run screenshots`: pictures of a running demo, to look at. The few that the documents show go to docs/screenshots.
import path from "node:path";
import { test as base, expect } from "@playwright/test";
import { signInToApi } from "./support/console-api";
import { ADMIN } from "./support/fixtures";
import { openPage } from "./support/pages";
import { type Product, startProduct } from "./support/product";

const ALL = path.resolve(import.meta.dirname, "../test-results/screenshots");
const SHOWN = path.resolve(import.meta.dirname, "../docs/screenshots");
const IN_DOCUMENTS = new Set(["overview-light-1440", "overview-dark-390", "device-dark-1440"]);
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

const test = base.extend<object, { demo: Product }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const demo = await startProduct({ args: ["demo", "--devices", "120"], env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } });
      await use(demo);
      await demo.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

test.setTimeout(600_000);

test("screenshots", async ({ browser, demo }) => {
  const api = await signInToApi(demo.url, ADMIN.email, ADMIN.password);
  // Something to see: everybody has reported, and the power of one site has been cut.
  const counts = async () => (await api.get<{ summary: { counts: Record<string, number> } }>("/overview")).summary.counts;
  await expect.poll(async () => (await counts()).online ?? 0, { timeout: 90_000 }).toBeGreaterThan(90);
  await expect.poll(async () => (await counts()).offline ?? 0, { timeout: 300_000 }).toBeGreaterThan(5);
  const { items } = await api.get<{ items: { id: string }[] }>("/devices?q=pump&sort=name&limit=1");
  const gone = await api.get<{ items: { id: string }[] }>("/devices?state=offline&limit=1");
  const tokens = await api.get<{ items: { id: string }[] }>("/tokens?kind=device&limit=1");
  const pages = [
    ["overview", "/overview"],
    ["devices", "/devices"],
    ["device", `/devices/${items[0]?.id}?range=24h`],
    ["why-offline", `/devices/${gone.items[0]?.id}/why`],
    ["timeline", `/devices/${gone.items[0]?.id}/timeline?range=24h`],
    ["commands", `/devices/${items[0]?.id}/commands?command=log-level`],
    ["wall", "/wall"],
    ["outages", "/outages"],
    ["claims", "/claims"],
    ["posture", "/posture"],
    ["alerts", "/alerts"],
    ["rules", "/alerts/rules"],
    ["rejected", "/rejected"],
    ["tokens", "/tokens"],
    ["tokens-partly", "/tokens?view=partly"],
    ["token", `/tokens/${tokens.items[0]?.id}`],
    ["grant", `/tokens/grant?template=device&device=${items[0]?.id}`],
    ["approvals", "/tokens/approvals"],
    ["who", `/tokens/who?topic=${items[0]?.id}/up/telemetry&action=publish`],
    ["revocations", "/tokens/revocations"],
    ["simulator", "/tokens/simulator"],
    ["signing-keys", "/tokens/keys"],
    ["refusals", "/refusals"],
    ["keys", "/keys"],
    ["members", "/members"],
    ["profiles", "/settings/profiles"],
    ["channels", "/settings/channels"],
    ["audit", "/audit"],
    ["add-device", "/devices?add=1"],
  ] as const;
  const storageState = await api.storageState();
  const variants = await Promise.all(
    (["light", "dark"] as const).flatMap((colorScheme) =>
      SIZES.map(async (viewport) => {
        const context = await browser.newContext({ storageState, colorScheme, viewport, baseURL: demo.url, locale: "en-GB", timezoneId: "UTC" });
        return { page: await context.newPage(), suffix: `${colorScheme}-${viewport.width}` };
      }),
    ),
  );
  for (const [name, address] of pages)
    for (const { page, suffix } of variants) {
      await openPage(page, address);
      await expect(page.locator("time:empty")).toHaveCount(0);
      if (name === "device") await expect(page.locator("[data-metric] canvas").first()).toBeVisible();
      if (name === "add-device") await expect(page.getByRole("dialog")).toBeVisible();
      await page.screenshot({ path: fileOf(`${name}-${suffix}`), animations: "disabled" });
    }
  for (const { page, suffix } of variants) {
    await page.context().clearCookies();
    await page.goto("/sign-in");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.screenshot({ path: fileOf(`sign-in-${suffix}`), animations: "disabled" });
    await page.context().close();
  }
  await api.close();
});

const fileOf = (name: string) => path.join(IN_DOCUMENTS.has(name) ? SHOWN : ALL, `${name}.png`);
