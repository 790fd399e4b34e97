import { z } from "zod";
import { envSchema } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { writeVerb } from "@/lib/server/verb";

/** A fleet that nobody has named yet; the demo may take it over as long as it is empty. */
const UNNAMED = envSchema.shape.FLEET_NAME.parse(undefined);

/**
 * The demo's own fleet: the installation's first one while it is unnamed and empty, else a fleet beside it, which the members
 * of the first one join. Real devices and simulated ones never share a fleet. Answers its id; the same at every start.
 */
export const ensureDemoFleet = writeVerb({
  // The caller is the system itself, within the installation's first fleet.
  permission: "members:write",
  input: z.object({ name: deviceNameSchema }),
  async run(ctx, { name }): Promise<string> {
    if (ctx.actor.kind !== "system") throw new SallyportError("forbidden", "Only the system makes the demo fleet.");
    const { tx, now } = ctx;
    const known = await tx.fleet.findFirst({ where: { name }, orderBy: { createdAt: "asc" }, select: { id: true } });
    if (known) return known.id;
    const first = await tx.fleet.findUniqueOrThrow({ where: { id: ctx.fleetId }, include: { _count: { select: { devices: true } } } });
    if (first.name === UNNAMED && first._count.devices === 0) {
      await tx.fleet.update({ where: { id: first.id }, data: { name } });
      await ctx.audit({ action: "fleet.renamed", objectKind: "fleet", objectId: first.id, before: { name: first.name }, after: { name } });
      return first.id;
    }
    const memberships = await tx.membership.findMany({ where: { fleetId: ctx.fleetId }, select: { userId: true, role: true } });
    const { id } = await tx.fleet.create({
      data: {
        id: newId("fleet"),
        name,
        createdAt: now,
        memberships: { create: memberships },
        profiles: { create: { id: newId("profile"), name: "default", reportingIntervalSeconds: 60 } },
        alertRules: { create: { id: newId("alertRule"), name: "Device offline", kind: "offline", holdSeconds: 60, severity: "warning" } },
      },
      select: { id: true },
    });
    await ctx.audit({ action: "fleet.added", objectKind: "fleet", objectId: id, after: { name, members: memberships.length } });
    return id;
  },
});
