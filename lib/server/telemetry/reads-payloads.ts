import { roleAllows } from "@/lib/domain/members/permissions";
import { type Context, roleIn } from "@/lib/server/context";

/** Support staff see metadata, never what a device measured. */
export function readsPayloads({ actor, fleetId }: Pick<Context, "actor" | "fleetId">): boolean {
  const role = roleIn(actor, fleetId);
  return actor.kind === "system" || (role !== undefined && roleAllows(role, "telemetry:read"));
}
