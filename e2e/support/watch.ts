import { expect, type Page } from "@playwright/test";

/** What a page did that it should not: requests to other origins, breaches of the Content-Security-Policy, errors. */
export interface Watch {
  outside: string[];
  breaches: string[];
  errors: string[];
}

/** Watches a page from now on. */
export async function watch(page: Page, origin: string): Promise<Watch> {
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

/** The page asked no other origin for anything, kept its policy, and had no error. */
export function wasQuiet(seen: Watch): void {
  expect(seen).toEqual({ outside: [], breaches: [], errors: [] });
}
