import { SallyportError } from "@/lib/base/errors";

/**
 * CSRF: a request that changes something on the strength of a cookie must come from a page of ours. `Sec-Fetch-Site` is set
 * by the browser and by nobody else; browsers without it send `Origin` with every such request. Neither: refused.
 */
export function assertSameOrigin(headers: Headers, consoleUrl: string): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const ours = origin !== null && (origin === new URL(consoleUrl).origin || hostOf(origin) === headers.get("host"));
  if (site === null ? ours : site === "same-origin") return;
  throw new SallyportError("forbidden", "This request did not come from a page of this console.", {
    hint: "Scripts use an API key: Authorization: Bearer sp_...",
  });
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
