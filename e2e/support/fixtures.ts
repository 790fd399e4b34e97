import { test as base } from "@playwright/test";
import type { Role } from "@/lib/domain/members/permissions";
import { type ConsoleApi, signInToApi } from "./console-api";
import { type Product, startProduct } from "./product";

export const ADMIN = { email: "admin@example.com", password: "a gate that opens outwards" };
export const MEMBER_PASSWORD = "a window that does not open";

type State = Awaited<ReturnType<ConsoleApi["storageState"]>>;

interface PerWorker {
  /** One product for all journeys that do not break it, with an administrator. */
  product: Product;
  /** Signed in as the administrator. */
  api: ConsoleApi;
  /** Signs in as a member of this role; makes the member at first use. */
  memberApi: (role: Role) => Promise<ConsoleApi>;
  adminState: State;
}

/** Pages of these tests are signed in as the administrator; `test.use(SIGNED_OUT)` for those that are not. */
export const test = base.extend<{ keepLogs: undefined }, PerWorker>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const product = await startProduct({ env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, PRESENCE_GRACE_SECONDS: "5" } });
      await use(product);
      const left = await product.stop();
      if (left.length > 0) throw new Error(`still running after Ctrl-C: ${left.map(({ pid, command }) => `${pid} ${command}`).join("; ")}`);
    },
    { scope: "worker", timeout: 240_000 },
  ],
  api: [
    async ({ product }, use) => {
      const api = await signInToApi(product.url, ADMIN.email, ADMIN.password);
      await use(api);
      await api.close();
    },
    { scope: "worker" },
  ],
  memberApi: [
    async ({ product, api }, use) => {
      const made = new Map<Role, Promise<ConsoleApi>>();
      const make = async (role: Role) => {
        const email = `${role}@example.com`;
        const { setupUrl } = await api.post<{ setupUrl: string }>("/members", { email, name: `The ${role}`, role });
        await api.post("/setup", { token: new URL(setupUrl).searchParams.get("token"), password: MEMBER_PASSWORD });
        return signInToApi(product.url, email, MEMBER_PASSWORD);
      };
      await use((role) => {
        const known = made.get(role) ?? make(role);
        made.set(role, known);
        return known;
      });
      for (const member of made.values()) await (await member).close();
    },
    { scope: "worker" },
  ],
  adminState: [async ({ api }, use) => use(await api.storageState()), { scope: "worker" }],
  storageState: ({ adminState }, use) => use(adminState),
  baseURL: ({ product }, use) => use(product.url),
  keepLogs: [
    async ({ product }, use, testInfo) => {
      await use(undefined);
      if (testInfo.status !== testInfo.expectedStatus)
        await testInfo.attach("product.log", { body: `${product.output()}\n${product.logs()}`, contentType: "text/plain" });
    },
    { auto: true },
  ],
});

export const SIGNED_OUT = { storageState: { cookies: [], origins: [] } };
export { expect } from "@playwright/test";
