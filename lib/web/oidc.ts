import type { NextAuthOptions, Profile } from "next-auth";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";

/** Undefined unless all three OIDC settings are there. */
export function oidcSettings(env: Env): { issuer: string; clientId: string; clientSecret: string } | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  return issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : undefined;
}

/** OpenID Connect by discovery: authorization code with PKCE, state and nonce. None unless it is configured. */
export function oidcProvider(env: Env): NextAuthOptions["providers"] {
  const oidc = oidcSettings(env);
  if (!oidc) return [];
  return [
    {
      id: "oidc",
      name: "Single sign-on",
      type: "oauth",
      wellKnown: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      clientId: oidc.clientId,
      clientSecret: oidc.clientSecret,
      authorization: { params: { scope: "openid email profile" } },
      checks: ["pkce", "state", "nonce"],
      idToken: true,
      userinfo: {
        /**
         * Providers put e-mail and name into the signed ID token, or (by the letter of OpenID Connect Core section 5.4) only
         * into the answer of their userinfo endpoint, whose subject must be the same. Both are read; the signed one wins.
         */
        async request({ client, tokens }) {
          const signed = (tokens as { claims?: () => Profile }).claims?.() ?? {};
          const endpoint = client.issuer.metadata.userinfo_endpoint;
          const told = endpoint && tokens.access_token ? await client.userinfo(tokens.access_token) : { sub: signed.sub };
          if (told.sub !== signed.sub) throw new SallyportError("forbidden", "The provider told of two different people.");
          return { ...told, ...signed } as Profile;
        },
      },
      profile: (profile: { sub: string; name?: string; email?: string }) => ({ id: profile.sub, name: profile.name, email: profile.email }),
    },
  ];
}
