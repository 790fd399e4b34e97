import { SallyportError } from "@/lib/base/errors";
import type { Role } from "@/lib/domain/members/permissions";
import type { Actor, Via } from "@/lib/server/context";
import { resolveApiKey } from "@/lib/server/members/resolve-api-key";
import { resolveUserSession } from "@/lib/server/members/resolve-user-session";
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
 * Who sends this request: the API key in `Authorization`, else the session in the cookie. A bad key is refused even when a
 * good cookie came with it. Undefined when there is neither.
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
  const [, key] = /^Bearer +(\S+) *$/i.exec(authorization.slice(0, 500)) ?? [];
  const apiKey = key === undefined ? undefined : await resolveApiKey(runtime.database, key, runtime.clock.now());
  if (!apiKey) throw new SallyportError("unauthenticated", "This API key is not valid.", { hint: "It may be mistyped, revoked or expired." });
  const { id, name, role, fleetId, fleetName } = apiKey;
  return { actor: { kind: "apiKey", id, name, fleetId, role }, via: "api", fleets: [{ id: fleetId, name: fleetName, role }] };
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
  if (caller.actor.kind === "apiKey") return asked || first;
  if (asked) return asked;
  const last = cookieValue(cookieHeader, FLEET_COOKIE);
  return caller.fleets.find(({ id }) => id === last)?.id ?? first;
}
