import type { Actor, Context } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/database/client";
import { inTransaction } from "@/lib/server/verb";

/** What happens to a person's account is told in each fleet that they are a member of. Done by themselves, unless `by` says who else. */
export async function auditInFleetsOf(
  door: Omit<Context, "actor" | "fleetId">,
  tx: Transaction,
  user: { id: string; name: string },
  action: string,
  after?: object,
  by: Actor = { kind: "user", id: user.id, name: user.name, roles: new Map() },
): Promise<void> {
  const memberships = await tx.membership.findMany({ where: { userId: user.id }, select: { fleetId: true } });
  for (const { fleetId } of memberships) {
    const ctx = inTransaction({ ...door, fleetId, actor: by }, tx);
    await ctx.audit({ action, objectKind: "user", objectId: user.id, after });
  }
}
