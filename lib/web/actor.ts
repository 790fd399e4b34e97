import { SallyportError } from "@/lib/base/errors";
import type { Role } from "@/lib/domain/members/permissions";
import { type Access, compileAccess } from "@/lib/domain/tokens/evaluate";
import type { TokenRefusal } from "@/lib/domain/tokens/verify-claims";
import type { TokenClaims } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { hooksOf } from "@/lib/server/broker-hooks/hook-route";
import type { Actor, Via } from "@/lib/server/context";
import { resolveApiKey } from "@/lib/server/members/resolve-api-key";
import { resolveUserSession } from "@/lib/server/members/resolve-user-session";
import { noteTokenUse } from "@/lib/server/tokens/note-token-use";
import type { TokenUse } from "@/lib/server/tokens/scope-use";
import type { Runtime } from "./runtime";
import { cookieValue, readSessionCookie } from "./session-cookie";

/** Who calls, by which door, and the fleets they are in (oldest membership first). */
export interface Caller {
  actor: Exclude<Actor, { kind: "system" }>;
  via: Extract<Via, "browser" | "api">;
  fleets: { id: string; name: string; role: Role }[];
}

const FLEET_COOKIE = "sp_fleet";

/**
 * Who sends this request: the API key or access token in `Authorization`, else the session in the cookie. A bad key is refused
 * even when a good cookie came with it. Undefined when there is neither.
 */
export async function identify(runtime: Runtime, headers: Headers): Promise<Caller | undefined> {
  const authorization = headers.get("authorization");
  if (authorization !== null) return bearer(runtime, authorization);
  const userSessionId = await readSessionCookie(runtime, headers.get("cookie"));
  if (userSessionId === undefined) return undefined;
  const signedIn = await resolveUserSession(runtime.database, userSessionId, runtime.clock.now());
  if (!signedIn) return undefined;
  const fleets = signedIn.memberships.map(({ fleetId, fleetName, role }) => ({ id: fleetId, name: fleetName, role }));
  const roles = new Map(fleets.map(({ id, role }) => [id, role]));
  return { actor: { kind: "user", id: signedIn.user.id, name: signedIn.user.name, roles, userSessionId }, via: "browser", fleets };
}

async function bearer(runtime: Runtime, authorization: string): Promise<Caller> {
  const [, secret = ""] = /^Bearer +(\S+) *$/i.exec(authorization.slice(0, LIMITS.tokenBytes + 100)) ?? [];
  // No API key has a dot in it, and no access token is without one.
  if (secret.includes(".")) return tokenHolder(runtime, secret);
  const apiKey = await resolveApiKey(runtime.database, secret, runtime.clock.now());
  if (!apiKey) throw new SallyportError("unauthenticated", "This API key is not valid.", { hint: "It may be mistyped, revoked or expired." });
  const { id, name, role, fleetId, fleetName } = apiKey;
  return { actor: { kind: "apiKey", id, name, fleetId, role }, via: "api", fleets: [{ id: fleetId, name: fleetName, role }] };
}

/** An access token is judged as the brokers judge it, by the same verification; HTTP has no user name and client id to compare. */
async function tokenHolder(runtime: Runtime, token: string): Promise<Caller> {
  const verified = await hooksOf(runtime).verify(token);
  if (!verified.ok) throw tokenRefused(verified.reason);
  const { claims } = verified;
  await noteTokenUse(runtime.database, claims.jti, runtime.clock.now());
  const access = accessOf(claims);
  const mayReceive = (topic: string) => {
    const allowed = access.receive(topic);
    if (allowed) countReading(access, topic, hooksOf(runtime).useOf(claims.jti));
    return allowed;
  };
  return { actor: { kind: "accessToken", id: claims.jti, name: claims.sub, fleetId: claims.fleet, mayReceive }, via: "api", fleets: [] };
}

/** As what it is: a subscription, at the lowest QoS that is allowed. */
function countReading(access: Access, topic: string, use: TokenUse): void {
  for (const qos of [0, 1, 2] as const) {
    const { verdict, scope } = access.subscribe({ filter: topic, qos });
    if (verdict !== "ALLOWED" || scope === undefined) continue;
    use.count(scope);
    return;
  }
}

/** Compiled once for a token: the authority answers the same claims while it remembers them. */
const compiled = new WeakMap<TokenClaims, Access>();
function accessOf(claims: TokenClaims): Access {
  const known = compiled.get(claims);
  if (known) return known;
  const access = compileAccess(claims.acl);
  compiled.set(claims, access);
  return access;
}

const WHY: Partial<Record<TokenRefusal, string>> = {
  expired: "This access token has expired.",
  not_yet_valid: "This access token is not valid yet.",
  revoked: "This access token was revoked.",
  retired_key: "The key that signed this access token was retired.",
};

function tokenRefused(reason: TokenRefusal): SallyportError {
  if (reason === "unavailable") return new SallyportError("unavailable", "Access tokens cannot be checked now.", { hint: "Try again in a few seconds." });
  return new SallyportError("unauthenticated", WHY[reason] ?? "This is no access token of ours.", { hint: `Reason: ${reason}. Ask for a new token.` });
}

export function signInNeeded(): SallyportError {
  return new SallyportError("unauthenticated", "You are not signed in, or the session has ended.", {
    hint: "Sign in, or send an API key: Authorization: Bearer sp_...",
  });
}

/**
 * The fleet that a request is about: the one asked for, whatever it is (the verb refuses a foreign one), else the one this
 * browser showed last, else the first. Empty when the caller is in none.
 */
export function currentFleet(caller: Caller, asked: string | null | undefined, cookieHeader: string | null): string {
  const first = caller.fleets[0]?.id ?? "";
  if (caller.actor.kind === "accessToken") return asked || (caller.actor.fleetId ?? "");
  if (caller.actor.kind === "apiKey") return asked || first;
  if (asked) return asked;
  const last = cookieValue(cookieHeader, FLEET_COOKIE);
  return caller.fleets.find(({ id }) => id === last)?.id ?? first;
}
