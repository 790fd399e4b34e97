import { decode, encode } from "next-auth/jwt";
import { publicUrl } from "@/lib/base/env";
import { USER_SESSION_MAX_MS } from "@/lib/server/members/user-session-life";
import type { Runtime } from "./runtime";

export const SESSION_MAX_AGE_SECONDS = USER_SESSION_MAX_MS / 1000;

export const usesTls = (runtime: Pick<Runtime, "env">): boolean => publicUrl(runtime.env).startsWith("https://");

/** next-auth's own name: with the `__Secure-` prefix a browser takes it over TLS only. */
const sessionCookieName = (runtime: Pick<Runtime, "env">): string => `${usesTls(runtime) ? "__Secure-" : ""}next-auth.session-token`;

/**
 * The user session that the cookie names (claim `sid`; whatever else it says is looked up, not believed); undefined for none,
 * a forged or an outdated one.
 */
export async function readSessionCookie(runtime: Runtime, cookieHeader: string | null): Promise<string | undefined> {
  const token = cookieValue(cookieHeader, sessionCookieName(runtime));
  if (!token || token.length > 4_096) return undefined;
  try {
    const claims = await decode({ token, secret: runtime.sessionSecret });
    return typeof claims?.sid === "string" ? claims.sid : undefined;
  } catch {
    return undefined;
  }
}

/** The cookie of a session, as sign-in sets it. */
export async function writeSessionCookie(runtime: Runtime, claims: { sub: string; sid: string }): Promise<string> {
  return `${sessionCookieName(runtime)}=${await encode({ token: claims, secret: runtime.sessionSecret, maxAge: SESSION_MAX_AGE_SECONDS })}`;
}

export function cookieValue(cookieHeader: string | null, name: string): string | undefined {
  for (const part of (cookieHeader ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}
