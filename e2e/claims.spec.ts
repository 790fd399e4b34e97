import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium, type Page } from "@playwright/test";
import { type RunningAgent, startAgent } from "./support/agent";
import { findsNothing } from "./support/axe";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";
import { writeQrVideo } from "./support/qr-video";

const folder = mkdtempSync(path.join(tmpdir(), "sallyport-claims-e2e-"));
const agents: RunningAgent[] = [];
const plugIn = (command: string, name: string): RunningAgent => {
  const agent = startAgent(`${command} --state ${path.join(folder, name)}`, folder);
  agents.push(agent);
  return agent;
};
test.afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
/** What the page shows to paste on the device. */
const commandOn = (page: Page) => page.getByRole("region", { name: "On the device" }).locator("pre").innerText();

test("a device is added by its claim code: the page shows it, the agent claims, the page turns to online", async ({ page }) => {
  const name = `pump ${Date.now()}`;
  await openPage(page, "/claims");
  await page.getByRole("button", { name: "New claim code" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("combobox", { name: "Site" }).fill("Harbour");
  await page.getByRole("button", { name: "Make it and show the code" }).click();
  await expect(heading(page, `${name}: waiting for its device`)).toBeVisible();
  await expect(page.getByRole("img", { name: /^QR code with the claim code/ })).toBeVisible();
  plugIn(await commandOn(page), "first");
  await expect(heading(page, `${name} is online`)).toBeVisible({ timeout: 30_000 });
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("Provisioned")).toBeVisible();
  await row.getByRole("link", { name }).click();
  await expect(page).toHaveURL(/\/devices\/dev_/);
  // Its first point is there to see.
  await expect(page.getByRole("main").getByText(/cpu/i).first()).toBeVisible({ timeout: 30_000 });
  // What is desired of it reaches the agent, and the page says which values it took.
  await page.getByRole("region", { name: "State", exact: true }).getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Desired of this device").fill('{"reportEverySeconds": 2, "fan": 1}');
  await expect(page.getByRole("dialog").getByText("fan is 1")).toBeVisible();
  await findsNothing(page);
  await page.getByRole("button", { name: "Save 2 changes" }).click();
  const value = (path: string) =>
    page
      .getByRole("table", { name: /^Desired and reported state/ })
      .getByRole("row")
      .filter({ hasText: path });
  await expect(value("reportEverySeconds").getByText("In sync")).toBeVisible({ timeout: 30_000 });
  await expect(value("fan").getByText("This agent has no such setting.")).toBeVisible();
});

test("a batch of labels is made, saved as a sheet to print and as a list, and its codes are told once", async ({ page }) => {
  await openPage(page, "/claims");
  await page.getByRole("button", { name: "New batch of labels" }).click();
  await page.getByLabel("Name").fill("Harbour pumps");
  await page.getByLabel("Serial numbers").fill("A-1 A-2");
  await page.getByRole("button", { name: "Make 2 codes" }).click();
  await expect(heading(page, "Harbour pumps: 0 of 2 labels used")).toBeVisible();
  await findsNothing(page);
  const saved = async (button: RegExp) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
    return readFileSync(await file.path());
  };
  expect((await saved(/^Labels, PDF/)).subarray(0, 5).toString()).toBe("%PDF-");
  const [head, first = ""] = (await saved(/^CSV/)).toString().split("\r\n");
  expect(head).toBe("number,code,link,serial,use_by");
  expect(first).toMatch(/^1,(\w{4}-){3}\w{4},sallyport:claim\?c=\w{16}&h=\S+,A-1,/);
  await page.reload();
  await expect(page.getByText("Codes are told once")).toBeVisible();
});

test("a code that is scanned with the camera leads to its claim, and the device comes in by it after somebody agreed", async ({ api, product, adminState }) => {
  const name = `scanned ${Date.now()}`;
  const made = await api.post<{ code: string; host: string; port: number; tlsPort: number; claim: { id: string } }>("/claims", { name, approval: "ask" });
  const film = path.join(folder, "label.y4m");
  writeQrVideo(film, `sallyport:claim?c=${made.code.replaceAll("-", "")}&h=${made.host}&p=${made.port}&s=${made.tlsPort}`);
  const camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: camera });
  try {
    const context = await browser.newContext({ storageState: adminState, baseURL: product.url, locale: "en-GB", timezoneId: "UTC", permissions: ["camera"] });
    const page = await context.newPage();
    await openPage(page, "/claims/scan");
    await expect(page).toHaveURL(new RegExp(`/claims/${made.claim.id}$`), { timeout: 30_000 });
    await expect(page.getByText(made.code)).toBeVisible();
    const agent = plugIn(await commandOn(page), "second");
    const waiting = page.getByRole("article", { name: /^Device / });
    await expect(waiting).toBeVisible({ timeout: 30_000 });
    const fingerprint = (await waiting.getAttribute("aria-label"))?.slice("Device ".length) ?? "";
    await expect.poll(() => agent.output()).toContain(`fingerprint ${fingerprint}`);
    await waiting.getByRole("button", { name: `Approve ${fingerprint}` }).click();
    await expect(heading(page, `${name} is online`)).toBeVisible({ timeout: 30_000 });
  } finally {
    await browser.close();
  }
});

test("a revoked code turns a device away, and says so on both sides", async ({ page, api }) => {
  const name = `revoked ${Date.now()}`;
  const made = await api.post<{ code: string; host: string; port: number; claim: { id: string } }>("/claims", { name });
  await openPage(page, `/claims/${made.claim.id}`);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke it" }).click();
  await expect(heading(page, `${name}: no device came`)).toBeVisible();
  const agent = plugIn(`npm run agent -- claim ${made.code} --host ${made.host} --port ${made.port} --serial SN-9`, "third");
  await expect.poll(() => agent.output(), { timeout: 30_000 }).toContain("This claim code was revoked. (revoked)");
  await expect(page.getByRole("row").filter({ hasText: "This claim code was revoked." }).getByText("SN-9")).toBeVisible();
});
