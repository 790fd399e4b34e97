import { isId } from "@/lib/base/ids";
import { TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims, tokenClaimsSchema } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { isSegment } from "@/lib/protocol/segments";

/** Why a token is not accepted. Stable codes: logs, metrics and docs/broker.md name them. */
export const TOKEN_REFUSALS = [
  "missing",
  "too_large",
  "malformed",
  "bad_header",
  "unknown_key",
  "retired_key",
  "bad_signature",
  "bad_claims",
  "wrong_issuer",
  "wrong_audience",
  "not_yet_valid",
  "expired",
  "revoked",
  "wrong_subject",
  "wrong_client_id",
  "unavailable",
] as const;
export type TokenRefusal = (typeof TOKEN_REFUSALS)[number];

export type ClaimsResult = { ok: true; claims: TokenClaims } | { ok: false; reason: TokenRefusal };

const refuse = (reason: TokenRefusal): ClaimsResult => ({ ok: false, reason });

/** Shape, issuer and audience: what never changes for one token. The signature was checked before. */
export function verifyClaims(value: unknown): ClaimsResult {
  const parsed = tokenClaimsSchema.safeParse(value);
  if (!parsed.success) return refuse("bad_claims");
  const claims = parsed.data;
  if (claims.iss !== TOKEN_ISSUER) return refuse("wrong_issuer");
  if (claims.aud !== TOKEN_AUDIENCE) return refuse("wrong_audience");
  const named = isId("accessToken", claims.jti) && isSegment(claims.sub) && (claims.cid === undefined || isSegment(claims.cid));
  // Without a fleet: one of the platform's own services. Everybody else has one, the fleets' services too.
  const placed = claims.fleet === undefined ? claims.kind === "service" : isSegment(claims.fleet);
  return named && placed && claims.exp > claims.iat ? { ok: true, claims } : refuse("bad_claims");
}

/** The times, with the tolerance of `LIMITS.clockToleranceSeconds` both ways. `now` in milliseconds since 1970. */
export function claimsTimeProblem(claims: TokenClaims, now: number): "expired" | "not_yet_valid" | undefined {
  const seconds = now / 1000;
  if (Math.max(claims.iat, claims.nbf ?? 0) > seconds + LIMITS.clockToleranceSeconds) return "not_yet_valid";
  return claims.exp <= seconds - LIMITS.clockToleranceSeconds ? "expired" : undefined;
}

/** When a session that begins `now` must end, in milliseconds since 1970: at `exp`, or with the tolerance when it begins inside it. */
export function sessionEnd(claims: TokenClaims, now: number): number {
  const exp = claims.exp * 1000;
  return exp > now ? exp : exp + LIMITS.clockToleranceSeconds * 1000;
}

/** Is this the token of who connects? The user name is the subject; a client id is the bound one, or a device's own, or none. */
export function bindingProblem(claims: TokenClaims, connect: { username: string; clientId: string }): "wrong_subject" | "wrong_client_id" | undefined {
  if (connect.username !== claims.sub) return "wrong_subject";
  if (connect.clientId === "") return undefined;
  const own = claims.cid ?? (claims.kind === "device" ? claims.sub : undefined);
  return connect.clientId === own ? undefined : "wrong_client_id";
}
