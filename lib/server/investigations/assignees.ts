import { ROLES, roleAllows } from "@/lib/domain/members/permissions";
import type { Transaction } from "../database/client";

const WORKERS = ROLES.filter((role) => roleAllows(role, "investigations:write"));

/** Members of this fleet who may work on what they are assigned, by name. */
export async function assigneesOf({ membership }: Pick<Transaction, "membership">, fleetId: string): Promise<{ id: string; name: string }[]> {
  const rows = await membership.findMany({
    where: { fleetId, role: { in: WORKERS }, user: { disabledAt: null } },
    orderBy: { user: { name: "asc" } },
    select: { user: { select: { id: true, name: true } } },
    take: 500,
  });
  return rows.map(({ user }) => user);
}
