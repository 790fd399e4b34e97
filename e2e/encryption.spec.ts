import type { Page } from "@playwright/test";
import { createSimulator } from "@/device/simulator";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { findsNothing } from "./support/axe";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";

const DEVICES = 8;

interface KeyOverview {
  current: number;
}

test("keys are rotated in waves: paused, resumed, and watched until it has converged", async ({ page, api, product }) => {
  test.setTimeout(240_000);
  const profile = await api.post<{ id: string; name: string }>("/profiles", { name: `vaults ${Date.now()}`, reportingIntervalSeconds: 2 });
  // Other tests leave devices with keys of their own behind, which are away.
  const query = `profile:"${profile.name}"`;
  const devices: DeviceCredentials[] = [];
  for (let number = 1; number <= DEVICES; number++)
    devices.push(await api.post<DeviceCredentials>("/devices", { name: `vault ${number} ${Date.now()}`, profile: profile.name }));

  const { current: before } = await api.get<KeyOverview>("/keys");
  await openPage(page, "/keys");
  await page.getByLabel(`Payload encryption of ${profile.name}`).selectOption("required");
  await page.getByRole("button", { name: "Set to required" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const simulator = createSimulator({
    host: "127.0.0.1",
    port: product.mqttPort,
    fleet: devices[0]?.fleetId ?? "",
    connectSpreadMs: 500,
    restoreSpreadMs: 0,
    devices: devices.map(({ deviceId, name, token }) => ({
      id: deviceId,
      name,
      site: "Vault",
      instrument: "pump",
      intervalSeconds: 1,
      encryption: "required",
      token,
    })),
  });
  simulator.start();
  try {
    await expect.poll(async () => (await api.get<KeyOverview>("/keys")).current, { timeout: 60_000 }).toBe(before + DEVICES);
    const away = devices[0]?.deviceId ?? "";
    simulator.command({ kind: "no_token", target: { device: away } });
    await expect.poll(async () => (await api.get<{ presence: { state: string } }>(`/devices/${away}`)).presence.state).toBe("offline");

    await openPage(page, "/keys");
    await page.getByRole("button", { name: "Rotate keys" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Which devices").fill(query);
    await dialog.getByLabel("Reason").fill("journey");
    await dialog.getByLabel("Canary, devices").fill("2");
    await dialog.getByLabel("Each wave, %").fill("50");
    await dialog.getByLabel("Watch each wave, minutes").fill("60");
    await dialog.getByRole("button", { name: "Begin the rotation" }).click();

    // The canary is done, and is watched for an hour; a person pauses, and resumes.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`2 of ${DEVICES} use their new key on the wire`, { timeout: 30_000 });
    await expect(page.getByText("Canary is done and is watched for 60 minutes; then the next begins.")).toBeVisible();
    await step(page, "Pause", "lunch");
    await expect(page.getByText("Paused by").first()).toBeVisible();
    await findsNothing(page);
    await step(page, "Resume", "back");
    await expect(page.getByText("Canary is done and is watched for 60 minutes; then the next begins.")).toBeVisible();

    // An hour is too long for a journey: the same at once takes over from it.
    const { rotationId } = await api.post<{ rotationId: string }>("/keys/rotations", { query, reason: "without waiting", canaryCount: 2, wavePercent: 50 });
    await openPage(page, `/keys/rotations/${rotationId}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${DEVICES - 1} of ${DEVICES} use their new key on the wire`, { timeout: 60_000 });
    await expect(page.getByText("All waves have begun; left are 1 device away.")).toBeVisible();
    const laggards = page.getByRole("table", { name: "Devices of this rotation" });
    await expect(laggards.getByRole("row")).toHaveCount(2);
    await expect(laggards).toContainText("Offline; it gets the key when it is back");

    simulator.command({ kind: "restore" });
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${DEVICES} of ${DEVICES} use their new key on the wire`, { timeout: 60_000 });
    await expect(page.getByText("Finished").first()).toBeVisible();
    await expect(page.getByText("Nobody lags")).toBeVisible();
    await findsNothing(page);
    for (const { deviceId } of devices) expect((await api.get<{ items: unknown[] }>(`/rejected-messages?deviceId=${deviceId}`)).items).toEqual([]);
  } finally {
    // Eight devices that vanish together would be an outage to whoever comes next.
    for (const { deviceId } of devices) await api.status("PATCH", `/devices/${deviceId}`, { lifecycle: "retired" });
    await simulator.stop();
    await api.status("PATCH", `/profiles/${profile.id}`, { encryption: "off" });
  }
});

async function step(page: Page, name: "Pause" | "Resume", reason: string): Promise<void> {
  await page.getByRole("main").getByRole("button", { name }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name }).click();
  await expect(dialog).toHaveCount(0);
}
