import type { Page } from "@playwright/test";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { expect, SIGNED_OUT, test } from "./support/fixtures";
import { addressFor, openPage, PAGES } from "./support/pages";

/** What a page did that it should not: requests to other origins, breaches of the Content-Security-Policy, errors. */
interface Watch {
  outside: string[];
  breaches: string[];
  errors: string[];
}

async function watch(page: Page, origin: string): Promise<Watch> {
  const seen: Watch = { outside: [], breaches: [], errors: [] };
  const host = new URL(origin).host;
  const look = (url: string) => {
    const { protocol, host: asked } = new URL(url);
    if (!["data:", "blob:"].includes(protocol) && asked !== host) seen.outside.push(url);
  };
  page.on("request", (request) => look(request.url()));
  page.on("websocket", (socket) => look(socket.url()));
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) seen.breaches.push(message.text());
    else if (message.type() === "error") seen.errors.push(message.text());
  });
  await page.addInitScript(() => {
    // biome-ignore lint/suspicious/noConsole: runs in the page; its console is how the test hears of it
    addEventListener("securitypolicyviolation", (event) => console.warn(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return seen;
}

test("no page asks another origin for anything, breaks its policy, or has an error", async ({ page, api, product }) => {
  const device = await api.post<DeviceCredentials>("/devices", { name: `quiet ${Date.now()}` });
  const seen = await watch(page, product.url);
  for (const address of PAGES) await openPage(page, addressFor(address, device));
  expect(seen).toEqual({ outside: [], breaches: [], errors: [] });
});

test("every page carries a policy that lets nothing in from elsewhere", async ({ page }) => {
  for (const address of PAGES.slice(0, 2)) {
    const policy = (await page.goto(address))?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*'unsafe-inline'|\*/);
  }
});

test.describe("before sign-in", () => {
  test.use(SIGNED_OUT);

  test("sign-in and set-up are quiet too", async ({ page, product }) => {
    const seen = await watch(page, product.url);
    await page.goto("/sign-in");
    await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
    await page.goto("/setup?token=nothing");
    await expect(page.getByRole("alert").filter({ hasText: /link/i })).toBeVisible();
    expect({ ...seen, errors: [] }).toEqual({ outside: [], breaches: [], errors: [] });
  });
});
