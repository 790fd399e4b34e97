interface PolicyInput {
  /** Fresh and random for each answer; base64. */
  nonce: string;
  /** LIVE_URL: a path on this origin, or an address of its own. */
  liveUrl?: string | undefined;
  /** OIDC_ISSUER: signing in leaves for it. */
  issuer?: string | undefined;
  /** React's development build evaluates code. */
  development: boolean;
}

/** What a page may run, load and talk to: its own origin, and what the settings name. Inline scripts need the nonce. */
export function contentSecurityPolicy({ nonce, liveUrl, issuer, development }: PolicyInput): string {
  const rules: Record<string, string[]> = {
    "default-src": ["'self'"],
    "script-src": ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    // Mantine and the charts set style attributes.
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'", ...originOf(liveUrl)],
    "worker-src": ["'self'", "blob:"],
    "form-action": ["'self'", ...originOf(issuer)],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
  };
  return Object.entries(rules)
    .map(([name, values]) => `${name} ${values.join(" ")}`)
    .join("; ");
}

/** Scheme and host of an absolute address; nothing of a path. `URL.origin` is `null` for wss, hence by hand. */
function originOf(address: string | undefined): string[] {
  if (!address || address.startsWith("/") || !URL.canParse(address)) return [];
  const { protocol, host } = new URL(address);
  return [`${protocol}//${host}`];
}
