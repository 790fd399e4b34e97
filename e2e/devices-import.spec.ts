import { readFile } from "node:fs/promises";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { findsNothing } from "./support/axe";
import { expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";

test("a file of devices is checked, imported, and changes nothing the second time", async ({ page }) => {
  const name = `imported ${Date.now()}`;
  const rows = Array.from({ length: 1_200 }, (_, n) => `${name} ${n},Import Yard,${n === 3 ? "no such profile" : ""},${n % 2 ? "cold" : ""}`);
  const file = { name: "devices.csv", mimeType: "text/csv", buffer: Buffer.from(`name,site,profile,tag:line,colour\n${rows.join("\n")}\n${rows[0]}\n`) };
  const chosen = page.getByLabel("File of devices", { exact: true });
  await openPage(page, "/devices/import");
  await chosen.setInputFiles(file);
  await expect(page.getByRole("heading", { level: 1, name: "This would be: 1,199 new, 0 changed, 2 refused" })).toBeVisible();
  await expect(page.getByText("Left aside, as they say nothing here: colour.")).toBeVisible();
  await expect(page.getByRole("row", { name: /There is no profile no such profile/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /1,202 .* Line 2 is about the same device/ })).toBeVisible();
  await page.getByRole("button", { name: "Import 1,199 devices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Imported: 1,199 new, 0 changed, 2 refused" })).toBeVisible({ timeout: 30_000 });

  await page.getByRole("button", { name: "Import another file" }).click();
  await chosen.setInputFiles(file);
  await expect(page.getByRole("heading", { level: 1, name: "This would be: 0 new, 0 changed, 2 refused" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Import 0 devices" })).toBeDisabled();

  await openPage(page, `/devices?q=${encodeURIComponent(`"${name}"`)}`);
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /CSV/ }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text.trimEnd().split("\r\n")).toHaveLength(1_200);
});

test("a file that cannot be read says why, and writes nothing", async ({ page }) => {
  await openPage(page, "/devices/import");
  await page.getByLabel("File of devices", { exact: true }).setInputFiles({ name: "x.csv", mimeType: "text/csv", buffer: Buffer.from("device,site\na,b\n") });
  await expect(page.getByRole("alert").filter({ hasText: "no column called name" })).toBeVisible();
});

test("three devices as one job: tagged, put back, retired; each step counted, and told device by device", async ({ page, api }) => {
  const name = `bulk ${Date.now()}`;
  for (const n of [1, 2, 3]) await api.post<DeviceCredentials>("/devices", { name: `${name} ${n}` });
  const choose = async (action: string) => {
    await openPage(page, `/devices?q=${encodeURIComponent(`"${name}"`)}`);
    await page.getByRole("checkbox", { name: "Choose all 3 that match" }).click();
    await page.getByRole("button", { name: "Do with them" }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await choose("Set a tag…");
  await page.getByRole("textbox", { name: "Tag" }).fill("line");
  await page.getByLabel("Value").fill("cold");
  await page.getByRole("button", { name: "Tag 3 devices" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Set tag line to cold" })).toBeVisible();
  await expect(page.getByText("3 of 3 devices changed.")).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(`${name} 2 Done .*no such tag .*cold`) })).toBeVisible();
  await findsNothing(page);

  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Undo: set tag line to cold" })).toBeVisible();
  await expect(page.getByText("3 of 3 devices changed.")).toBeVisible();

  await choose("Retire…");
  const submit = page.getByRole("button", { name: "Retire 3 devices" });
  await expect(submit).toBeDisabled();
  await page.getByLabel("Type 3 to confirm").fill("3");
  await submit.click();
  await expect(page.getByRole("heading", { level: 1, name: "Retire" })).toBeVisible();
  await expect(page.getByText("3 of 3 devices changed.")).toBeVisible();
  await page.getByRole("link", { name: `${name} 1` }).click();
  await expect(page.getByRole("region", { name: "Retired" })).toContainText(/1 revoked, with a receipt.*cleared/);
});
