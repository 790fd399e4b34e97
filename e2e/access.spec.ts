import type { Role } from "@/lib/domain/members/permissions";
import { deviceOfAnotherFleet } from "@/lib/testing/product-stage";
import { ADMIN, expect, MEMBER_PASSWORD, SIGNED_OUT, test } from "./support/fixtures";
import { openPage } from "./support/pages";

const EVERYBODY = ["Overview", "Devices", "Alerts", "Members"];
const ROLES: Record<Role, { offered: string[]; mayAdd: boolean }> = {
  admin: { offered: [...EVERYBODY, "Rejected messages", "Tokens", "Refusals", "Keys", "Channels", "Audit"], mayAdd: true },
  operator: { offered: [...EVERYBODY, "Rejected messages", "Tokens", "Refusals", "Keys"], mayAdd: true },
  support: { offered: [...EVERYBODY, "Rejected messages", "Tokens", "Refusals", "Keys", "Audit"], mayAdd: false },
  viewer: { offered: EVERYBODY, mayAdd: false },
};
const ALL = ROLES.admin.offered;

for (const role of Object.keys(ROLES) as Role[])
  test(`${role} is offered what the role allows, and refused the rest`, async ({ browser, api, memberApi, product }) => {
    const member = role === "admin" ? api : await memberApi(role);
    const { offered, mayAdd } = ROLES[role];
    const context = await browser.newContext({ storageState: await member.storageState(), baseURL: product.url });
    const page = await context.newPage();
    await openPage(page, "/devices");
    const rail = page.getByRole("navigation", { name: "Main", exact: true });
    for (const name of ALL) await expect(rail.getByRole("link", { name: new RegExp(`^${name}`) })).toHaveCount(offered.includes(name) ? 1 : 0);
    await expect(page.getByRole("button", { name: "Add a device" })).toHaveCount(mayAdd ? 1 : 0);
    expect(await member.status("POST", "/devices", { name: `by ${role} ${Date.now()}` })).toBe(mayAdd ? 201 : 403);

    for (const [name, address] of [
      ["Tokens", "/tokens"],
      ["Refusals", "/refusals"],
      ["Keys", "/keys"],
      ["Audit", "/audit"],
      ["Channels", "/settings/channels"],
      ["Rejected messages", "/rejected"],
    ] as const) {
      await page.goto(address);
      const refusal = page.getByText("Your role does not show");
      if (offered.includes(name)) await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      else await expect(refusal).toBeVisible();
    }
    await context.close();
  });

test("a device of another fleet does not exist, in the same words as one that never did", async ({ page, api, product }) => {
  const foreign = await deviceOfAnotherFleet(product.dataDir);
  const pageOf = async (address: string) => {
    await page.goto(address);
    await expect(page.getByTestId("live-link")).toHaveAttribute("data-kind", "live");
    await expect(page.getByText("No such device in this fleet")).toBeVisible();
    return page.getByRole("main");
  };
  const never = await (await pageOf("/devices/dev_0000000000000000")).innerText();
  await expect(await pageOf(`/devices/${foreign.deviceId}`)).toHaveText(never, { useInnerText: true });
  expect(never).not.toContain(foreign.name);
  for (const path of ["", "/timeline", "/metrics", "/series?metric=temperature"]) {
    expect(await api.status("GET", `/devices/${foreign.deviceId}${path}`)).toBe(404);
    expect(await api.status("GET", `/devices/dev_0000000000000000${path}`)).toBe(404);
  }
  expect(await api.status("POST", `/devices/${foreign.deviceId}/tokens`)).toBe(404);
  expect((await page.goto(`/overview?fleet=${foreign.fleetId}`))?.status()).toBe(404);
});

test("an ended session is out at its next request, and comes back to the same place", async ({ browser, api, memberApi, product }) => {
  const viewer = await memberApi("viewer");
  const context = await browser.newContext({ storageState: await viewer.storageState(), baseURL: product.url });
  const page = await context.newPage();
  await openPage(page, "/devices");
  const { items } = await api.get<{ items: { userId: string; email: string }[] }>("/members");
  const userId = items.find(({ email }) => email === "viewer@example.com")?.userId;
  expect(await api.status("PATCH", `/members/${userId}`, { role: "support" })).toBe(200);
  await page.reload();
  await expect(page.getByRole("link", { name: "Audit", exact: true })).toBeVisible();
  expect(await api.status("PATCH", `/members/${userId}`, { role: "viewer" })).toBe(200);

  const sessions = await viewer.get<{ items: { id: string }[] }>("/user-sessions");
  for (const { id } of sessions.items) await viewer.status("POST", `/user-sessions/${id}/end`);
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fdevices/);
  await page.getByLabel("E-mail").fill("viewer@example.com");
  await page.getByLabel("Password", { exact: true }).fill(MEMBER_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/devices$/);
  await context.close();
});

test.describe("sign-in", () => {
  test.use(SIGNED_OUT);

  test("a stranger sees nothing but the sign-in page", async ({ page, product }) => {
    for (const address of ["/overview", "/devices", "/audit"]) {
      await page.goto(address);
      await expect(page).toHaveURL(new RegExp(`/sign-in\\?callbackUrl=${encodeURIComponent(address)}`));
    }
    expect((await fetch(`${product.url}/api/v1/devices`)).status).toBe(401);
  });

  test("too many wrong tries are refused, even with the right password then", async ({ page, memberApi }) => {
    await memberApi("operator");
    await page.goto("/sign-in");
    const attempt = async (password: string) => {
      await page.getByLabel("E-mail").fill("operator@example.com");
      await page.getByLabel("Password", { exact: true }).fill(password);
      const answer = page.waitForResponse((response) => response.url().includes("/callback/credentials"));
      await page.getByRole("button", { name: "Sign in" }).click();
      return (await answer).status();
    };
    for (let tries = 0; tries < 5; tries++) expect(await attempt("not the password")).toBe(401);
    expect(await attempt("not the password")).toBe(429);
    await expect(page.getByRole("alert").filter({ hasText: "Too many failed tries" })).toBeVisible();
    expect(await attempt(MEMBER_PASSWORD)).toBe(429);
    expect(page.url()).toContain("/sign-in");
  });

  test("the address to come back to cannot leave this console", async ({ page }) => {
    await page.goto("/sign-in?callbackUrl=https://example.com/steal");
    await page.getByLabel("E-mail").fill(ADMIN.email);
    await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/overview$/);
  });
});
