import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { newId } from "@/lib/base/ids";
import { PERMISSIONS, type Permission, type Role, roleAllows } from "@/lib/domain/members/permissions";
import type { Context } from "@/lib/server/context";
import { type Caller, currentFleet, identify } from "./actor";
import { safeCallbackPath } from "./callback-url";
import { oidcSettings } from "./oidc";
import { contextOf } from "./route";
import { webRuntime } from "./runtime";

export interface Member {
  /** To call verbs with. */
  ctx: Context;
  user: { id: string; name: string };
  fleet: { id: string; name: string; role: Role; permissions: Permission[] };
  /** Every fleet of this person, for the switcher. */
  fleets: Caller["fleets"];
}

/** One look-up per rendered page, however many components ask. */
const signedInPerson = cache(async (): Promise<Caller | undefined> => {
  const runtime = webRuntime();
  const cookie = (await headers()).get("cookie") ?? "";
  return identify(runtime, new Headers({ cookie }));
});

/**
 * For server components: who looks, in which fleet. Whoever is not signed in goes to /sign-in and comes back to `path`
 * (a path of this console, query included). `fleet` is the page's `?fleet=`.
 */
export async function requireMember(page: { path: string; fleet?: string }): Promise<Member> {
  const caller = await signedInPerson();
  if (!caller) redirect(`/sign-in?callbackUrl=${encodeURIComponent(safeCallbackPath(page.path))}`);
  const cookieHeader = (await cookies()).toString();
  const fleetId = currentFleet(caller, page.fleet, cookieHeader);
  const fleet = caller.fleets.find(({ id }) => id === fleetId);
  if (!fleet && page.fleet) notFound();
  if (!fleet) redirect("/sign-in?error=NoFleet");
  const permissions = PERMISSIONS.filter((permission) => roleAllows(fleet.role, permission));
  return {
    ctx: contextOf(webRuntime(), caller, fleetId, newId("request")),
    user: { id: caller.actor.id, name: caller.actor.name },
    fleet: { ...fleet, permissions },
    fleets: caller.fleets,
  };
}

/** Which ways in the sign-in page offers beside e-mail and password. */
export function signInWays(): { oidc: boolean } {
  return { oidc: oidcSettings(webRuntime().env) !== undefined };
}

/** For /sign-in and /setup: true when somebody is signed in already. */
export async function isSignedIn(): Promise<boolean> {
  return (await signedInPerson()) !== undefined;
}
