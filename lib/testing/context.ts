import { type Clock, systemClock } from "@/lib/base/clock";
import { type Env, readEnv } from "@/lib/base/env";
import { newId } from "@/lib/base/ids";
import type { Role } from "@/lib/domain/members/permissions";
import type { Actor, Context, Via } from "@/lib/server/context";
import type { Database } from "@/lib/server/database/client";
import { testSecrets } from "./secrets";

interface ContextOptions {
  fleetId: string;
  /** A user with this role in the fleet; `none` is a member of no fleet. Default: admin. Not used when `actor` is given. */
  role?: Role | "none";
  actor?: Actor | "system";
  clock?: Clock;
  via?: Via;
  /** Settings that differ from the defaults. */
  env?: Partial<Env>;
}

/** What a verb is called with, for a person of the given role (or a given actor). */
export function makeContext(database: Database, options: ContextOptions): Context {
  return {
    database,
    secrets: testSecrets(),
    env: { ...readEnv({}), ...options.env },
    clock: options.clock ?? systemClock,
    actor: actorOf(options),
    fleetId: options.fleetId,
    via: options.via ?? "browser",
    requestId: newId("request"),
  };
}

function actorOf({ actor, role = "admin", fleetId }: ContextOptions): Actor {
  if (actor === "system") return { kind: "system", id: "test", name: "Test" };
  if (actor) return actor;
  const roles = new Map<string, Role>(role === "none" ? [] : [[fleetId, role]]);
  return { kind: "user", id: newId("user"), name: `Test ${role}`, roles };
}
