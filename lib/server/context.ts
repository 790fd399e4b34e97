import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import { notFound, SallyportError } from "@/lib/base/errors";
import { type Permission, type Role, roleAllows, rolesWith } from "@/lib/domain/members/permissions";
import type { Database } from "./database/client";
import type { Secrets } from "./secrets";

/** Who acts. `system` is a process of ours (worker, broker, command line on the machine itself). */
export type Actor =
  | { kind: "user"; id: string; name: string; roles: ReadonlyMap<string, Role>; userSessionId?: string }
  | { kind: "apiKey"; id: string; name: string; fleetId: string; role: Role }
  /** Whoever holds an access token. Has no role: reads what it may subscribe to over MQTT, and nothing else. */
  | { kind: "accessToken"; id: string; name: string; fleetId: string | undefined; mayReceive: (topic: string) => boolean }
  | { kind: "system"; id: string; name: string };

export type Via = "browser" | "api" | "cli" | "worker" | "broker" | "setup";

/** What every verb is called with. Each call acts within one fleet. */
export interface Context {
  database: Database;
  /** Signs tokens and wraps keys. */
  secrets: Secrets;
  /** Settings that answers name: public addresses, ports, limits. */
  env: Env;
  clock: Clock;
  actor: Actor;
  fleetId: string;
  via: Via;
  requestId: string;
}

/** The actor's role in this fleet; undefined when it has none. System actors have no role, they are trusted by construction. */
export function roleIn(actor: Actor, fleetId: string): Role | undefined {
  if (actor.kind === "user") return actor.roles.get(fleetId);
  if (actor.kind === "apiKey") return actor.fleetId === fleetId ? actor.role : undefined;
  return undefined;
}

/**
 * Deny by default. A fleet one is no member of answers like one that does not exist. `topic` is the one that carries the
 * same to a subscriber: an access token is judged by it, as a broker would. A device that it does not cover does not exist for it.
 */
export function authorize(ctx: Pick<Context, "actor" | "fleetId">, permission: Permission, topic?: string): void {
  if (ctx.actor.kind === "system") return;
  if (ctx.actor.kind === "accessToken") {
    if (ctx.actor.fleetId !== ctx.fleetId) throw new SallyportError("not_found", "No such fleet.");
    if (topic === undefined) throw tokenReadsDevicesOnly();
    if (!ctx.actor.mayReceive(topic)) throw notFound("device");
    return;
  }
  const role = roleIn(ctx.actor, ctx.fleetId);
  if (role === undefined) throw new SallyportError("not_found", "No such fleet.");
  if (!roleAllows(role, permission))
    throw new SallyportError("forbidden", `Your role here is ${role}; this needs ${rolesWith(permission).join(" or ")} (${permission}).`, {
      hint: "Ask an admin of this fleet.",
    });
}

export function tokenReadsDevicesOnly(): SallyportError {
  return new SallyportError("forbidden", "An access token reads the devices that it may subscribe to, and nothing else.", {
    hint: "Use an API key for the rest: Authorization: Bearer sp_...",
  });
}
