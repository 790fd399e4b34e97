import { SallyportError } from "@/lib/base/errors";
import type { WriteContext } from "@/lib/server/verb";

/**
 * Refuses what would leave the fleet without an admin who can sign in. Locks the fleet's admins, so that two who take each
 * other's role away at the same moment are decided one after the other.
 */
export async function keepOneAdmin(ctx: WriteContext, userId: string): Promise<void> {
  const admins = await ctx.tx.$queryRaw<{ user_id: string }[]>`
    select m.user_id from membership m join "user" u on u.id = m.user_id
     where m.fleet_id = ${ctx.fleetId} and m.role = 'admin' and u.disabled_at is null
       for update of m`;
  if (admins.some((admin) => admin.user_id !== userId)) return;
  throw new SallyportError("conflict", "This is the last admin of the fleet.", { hint: "Make somebody else an admin first." });
}
