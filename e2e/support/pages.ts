import { expect, type Page } from "@playwright/test";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";

/** Every page of the console behind sign-in, by its address. `{device}` is a device's id, `{token}` that of one of its tokens. */
export const PAGES = [
  "/overview",
  "/devices",
  "/devices/import",
  "/devices/{device}",
  "/devices/{device}/why",
  "/devices/{device}/timeline?range=24h",
  "/devices/{device}/commands",
  "/wall",
  "/sites",
  "/jobs",
  "/outages",
  "/investigations",
  "/claims",
  "/claims/scan",
  "/posture",
  "/posture/compliance",
  "/alerts",
  "/alerts/rules",
  "/rejected",
  "/tokens",
  "/tokens/{token}",
  "/tokens/grant",
  "/tokens/approvals",
  "/tokens/who?topic={device}/up/telemetry",
  "/tokens/simulator",
  "/refusals",
  "/keys",
  "/keys/sealed",
  "/tokens/revocations",
  "/tokens/keys",
  "/members",
  "/settings/profiles",
  "/settings/channels",
  "/audit",
] as const;

/** The address of a page for this device. */
export const addressFor = (address: string, { deviceId, tokenId }: Pick<DeviceCredentials, "deviceId" | "tokenId">): string =>
  address.replace("{device}", deviceId).replace("{token}", tokenId);

/** Opens a page of the console and waits until it shows its content and follows live. */
export async function openPage(page: Page, address: string): Promise<void> {
  const answer = await page.goto(address);
  expect(answer?.status(), address).toBe(200);
  await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  await expect(page.getByTestId("live-link")).toHaveAttribute("data-kind", "live");
}

/** Whether the page can be moved sideways. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
