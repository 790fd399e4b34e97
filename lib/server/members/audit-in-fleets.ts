import type { Context } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/database/client";
import { inTransaction } from "@/lib/server/verb";

/** What a person does with their own account is told in each fleet that they are a member of, to its admins. */
export async function auditInFleetsOf(
  door: Omit<Context, "actor" | "fleetId">,
  tx: Transaction,
  user: { id: string; name: string },
  action: string,
  after?: object,
): Promise<void> {
  const memberships = await tx.membership.findMany({ where: { userId: user.id }, select: { fleetId: true } });
  for (const { fleetId } of memberships) {
    const ctx = inTransaction({ ...door, fleetId, actor: { kind: "user", id: user.id, name: user.name, roles: new Map() } }, tx);
    await ctx.audit({ action, objectKind: "user", objectId: user.id, after });
  }
}
