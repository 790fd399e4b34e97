import { expect, SIGNED_OUT, test } from "./support/fixtures";
import { PAGES } from "./support/pages";
import { wasQuiet, watch } from "./support/watch";

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
    // A link that is none is answered with an error, which the browser puts on its console.
    wasQuiet({ ...seen, errors: [] });
  });
});
