import type { NextAuthOptions } from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";
import { SallyportError } from "@/lib/base/errors";
import { endUserSession } from "@/lib/server/members/end-user-session";
import { resolveUserSession } from "@/lib/server/members/resolve-user-session";
import { type SignInContext, type SignInResult, signIn } from "@/lib/server/members/sign-in";
import { signInOidc } from "@/lib/server/members/sign-in-oidc";
import { safeCallbackPath } from "./callback-url";
import { defaultExport } from "./default-export";
import { oidcProvider, oidcSettings } from "./oidc";
import type { Runtime } from "./runtime";
import { SESSION_MAX_AGE_SECONDS, usesTls } from "./session-cookie";

/** One request to next-auth: what came of it beside its answer. */
export interface AuthAttempt {
  door: SignInContext;
  signedIn?: SignInResult;
  /** What went wrong in words of ours; next-auth knows only codes in an address. */
  error?: SallyportError;
}

export function authOptions(runtime: Runtime, attempt: AuthAttempt): NextAuthOptions {
  return {
    providers: [passwordProvider(attempt), ...oidcProvider(runtime.env)],
    secret: runtime.sessionSecret,
    useSecureCookies: usesTls(runtime),
    session: { strategy: "jwt", maxAge: SESSION_MAX_AGE_SECONDS },
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    logger: {
      error: (code, metadata) => runtime.log.warn({ code, err: metadata instanceof Error ? metadata : metadata.error }, "next-auth"),
      warn: (code) => runtime.log.debug({ code }, "next-auth"),
      debug: () => {},
    },
    callbacks: {
      redirect: ({ url, baseUrl }) => safeRedirect(url, baseUrl),
      async signIn({ account, profile }) {
        const oidc = oidcSettings(runtime.env);
        if (account?.provider !== "oidc" || !oidc) return account?.provider === "credentials";
        const claims = profile as { sub?: unknown; email?: unknown; email_verified?: unknown } | undefined;
        return attemptTo(attempt, () =>
          signInOidc(attempt.door, { issuer: oidc.issuer, subject: claims?.sub, email: claims?.email, emailVerified: claims?.email_verified }),
        );
      },
      /** After sign-in the cookie gets its two ids. Later calls ask whether the session still holds: a throw clears the cookie. */
      async jwt({ token, trigger }) {
        if (trigger === "signIn" && attempt.signedIn) return { sub: attempt.signedIn.userId, sid: attempt.signedIn.userSessionId };
        const alive = typeof token.sid === "string" && (await resolveUserSession(runtime.database, token.sid, runtime.clock.now()));
        if (!alive) throw new SallyportError("unauthenticated", "The session has ended.");
        return { sub: alive.user.id, sid: alive.userSessionId, name: alive.user.name, email: alive.user.email };
      },
      session: ({ session, token }) => ({ expires: session.expires, user: { id: token.sub, name: token.name, email: token.email } }),
    },
    events: {
      async signOut({ token }) {
        await attemptTo(attempt, () => signOut(attempt.door, token));
      },
    },
  };
}

function passwordProvider(attempt: AuthAttempt) {
  return defaultExport(credentialsProvider)({
    name: "E-mail and password",
    credentials: { email: { type: "email" }, password: { type: "password" } },
    async authorize(credentials) {
      const done = await attemptTo(attempt, () => signIn(attempt.door, credentials ?? {}));
      if (!done || !attempt.signedIn) throw new Error(attempt.error?.code === "rate_limited" ? "RateLimited" : "CredentialsSignin");
      return { id: attempt.signedIn.userId, name: attempt.signedIn.name, email: attempt.signedIn.email };
    },
  });
}

/** Runs a step and keeps its outcome with the attempt. True when it went well. */
async function attemptTo(attempt: AuthAttempt, step: () => Promise<SignInResult | undefined>): Promise<boolean> {
  try {
    attempt.signedIn = (await step()) ?? attempt.signedIn;
    return true;
  } catch (error) {
    attempt.error = error instanceof SallyportError ? error : new SallyportError("unavailable", "Sign-in is not available now.", { cause: error });
    return false;
  }
}

async function signOut(door: SignInContext, token: { sub?: string; sid?: unknown } | null): Promise<undefined> {
  if (typeof token?.sid !== "string" || !token.sub) return;
  const signedIn = await resolveUserSession(door.database, token.sid, door.clock.now());
  if (!signedIn) return;
  const actor = { kind: "user", id: signedIn.user.id, name: signedIn.user.name, roles: new Map() } as const;
  await endUserSession({ ...door, actor, fleetId: "" }, { userSessionId: signedIn.userSessionId });
}

/** Never throws and never leaves the console (CVE-2022-31093: a malformed address hung the sign-in). */
function safeRedirect(url: unknown, baseUrl: string): string {
  if (typeof url !== "string") return baseUrl;
  if (url.startsWith(`${baseUrl}/`)) return `${baseUrl}${safeCallbackPath(url.slice(baseUrl.length), "/")}`;
  return `${baseUrl}${safeCallbackPath(url, "/")}`;
}
