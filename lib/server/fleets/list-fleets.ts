import { SallyportError } from "@/lib/base/errors";
import type { Context } from "@/lib/server/context";
import type { Page } from "@/lib/server/verb";

export interface FleetView {
  id: string;
  name: string;
  createdAt: string;
  devices: number;
  members: number;
}

/** Every fleet of the installation, oldest first. For the machine's own administrator (command line) only. */
export async function listFleets(ctx: Context): Promise<Page<FleetView>> {
  if (ctx.actor.kind !== "system") throw new SallyportError("forbidden", "Only the command line lists all fleets.");
  const rows = await ctx.database.prisma.fleet.findMany({
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    include: { _count: { select: { devices: true, memberships: true } } },
  });
  const items = rows.map(({ id, name, createdAt, _count }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    devices: _count.devices,
    members: _count.memberships,
  }));
  return { items, nextCursor: null, total: items.length };
}
