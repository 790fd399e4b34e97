import type { Transaction } from "@/lib/server/database/client";

/** Advisory lock: one process at a time decides whether the first administrator is still to be made. */
export const ADMIN_LOCK = 72_707_371;

/** Is there anybody who could let others in? */
export async function hasAdmin(tx: Pick<Transaction, "membership">): Promise<boolean> {
  const admin = await tx.membership.findFirst({ where: { role: "admin", user: { disabledAt: null } }, select: { userId: true } });
  return admin !== null;
}
