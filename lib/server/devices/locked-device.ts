import { notFound } from "@/lib/base/errors";
import type { WriteContext } from "@/lib/server/verb";

/** Two changes of one device are made one after the other: what is audited as `before` was so. */
export async function lockedDevice(ctx: WriteContext, deviceId: string) {
  await ctx.tx.$queryRaw`select 1 from device where id = ${deviceId} and fleet_id = ${ctx.fleetId} for update`;
  const device = await ctx.tx.device.findFirst({
    where: { id: deviceId, fleetId: ctx.fleetId },
    select: {
      name: true,
      note: true,
      firmware: true,
      lifecycle: true,
      site: { select: { name: true } },
      profile: { select: { name: true } },
      gateway: { select: { name: true } },
      tags: true,
    },
  });
  if (!device) throw notFound("device");
  return {
    name: device.name,
    note: device.note,
    firmware: device.firmware,
    lifecycle: device.lifecycle,
    site: device.site?.name ?? null,
    profile: device.profile.name,
    gateway: device.gateway?.name ?? null,
    tags: Object.fromEntries(device.tags.map(({ key, value }) => [key, value])),
  };
}
