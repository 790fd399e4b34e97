/**
 * Where to go after sign-in: a path of this console, never another site. Browsers read a backslash as a slash and skip tabs
 * and newlines, so the text is resolved against a made-up origin and only what stays there is taken.
 */
export function safeCallbackPath(text: string | null | undefined, fallback = "/overview"): string {
  if (!text || text.length > 2_000 || !text.startsWith("/")) return fallback;
  const here = "http://here.invalid";
  try {
    const url = new URL(text, here);
    const path = `${url.pathname}${url.search}${url.hash}`;
    // `/..//evil` stays on the made-up origin, but its path alone would be read as another host.
    return url.origin === here && !path.startsWith("//") ? path : fallback;
  } catch {
    return fallback;
  }
}
