import { createRemoteJWKSet, jwtVerify } from "jose";
import type { DeviceCredentials } from "@/lib/domain/devices/device-view";
import { asAdminOfEveryFleet } from "@/lib/testing/product-stage";
import { ADMIN, expect, test } from "./support/fixtures";
import { openPage } from "./support/pages";
import { publish } from "./support/publish";

test("an admin rotates the signing key in the console: the published set has both keys, and tokens of both work", ({ page, api, product }) =>
  asAdminOfEveryFleet(product.dataDir, ADMIN.email, async () => {
    const device = await api.post<DeviceCredentials>("/devices", { name: `rotated ${Date.now()}` });
    // By a stock library, from the address that brokers use.
    const signerOf = async (token: string) => {
      const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", product.url));
      return (await jwtVerify(token, keys, { issuer: "sallyport", audience: "sallyport-mqtt", algorithms: ["EdDSA"] })).protectedHeader.kid ?? "";
    };
    const renew = async () => (await api.post<DeviceCredentials>(`/devices/${device.deviceId}/tokens`, { ttlDays: 1 })).token;
    const old = await signerOf(device.token);

    await openPage(page, "/tokens/keys");
    await page.getByRole("button", { name: "Rotate…" }).click();
    const plan = page.getByRole("dialog", { name: "Rotate the signing key" });
    await expect(plan.getByText("No session ends, no token stops working.")).toBeVisible();
    await plan.getByRole("button", { name: "Rotate", exact: true }).click();
    await expect(page.getByRole("timer")).toHaveText(/^(10:00|9:\d\d)$/);
    const row = (kid: string) => page.getByRole("row").filter({ hasText: kid });
    await expect(row(old)).toContainText("Signing");
    expect(await signerOf(await renew())).toBe(old);

    await page.getByRole("button", { name: "Sign at once…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign with it now" }).click();
    await expect(row(old)).toContainText("Verifying");
    const renewed = await renew();
    const fresh = await signerOf(renewed);
    expect(fresh).not.toBe(old);
    expect(await signerOf(device.token)).toBe(old);
    for (const token of [device.token, renewed]) await publish(product.mqttPort, { ...device, token }, '{"temperature": 18.5}');

    // The exact count comes before anything is done; nothing is done here.
    const { tokens } = await api.post<{ tokens: number }>("/signing-keys/retirements/preview", { kid: old });
    await page.getByRole("button", { name: `Retire ${old}` }).click();
    const retire = page.getByRole("dialog", { name: `Retire ${old}?` });
    await expect(retire.getByLabel(`Type retire ${tokens} to confirm`)).toBeVisible();
    await expect(retire.getByRole("button", { name: /^Retire, and revoke/ })).toBeDisabled();
    await retire.getByRole("button", { name: "Cancel" }).click();
    await expect(row(fresh)).toContainText("Signing");
  }));
