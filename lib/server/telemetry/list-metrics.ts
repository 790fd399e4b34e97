import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { LatestMeasurementView } from "@/lib/domain/devices/device-view";
import type { Context } from "@/lib/server/context";
import { type Page, readVerb } from "@/lib/server/verb";

/** The newest value of each metric of one device, by metric name. */
export const listLatestMeasurements = readVerb({
  permission: "telemetry:read",
  topic: "telemetry",
  input: z.object({ deviceId: z.string().max(64) }),
  async run(ctx, { deviceId }): Promise<Page<LatestMeasurementView>> {
    const device = await ctx.database.prisma.device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId }, select: { id: true } });
    if (!device) throw notFound("device");
    const items = await latestOf(ctx, deviceId);
    return { items, nextCursor: null, total: items.length };
  },
});

/** The caller has made sure that the device is of this fleet. */
export async function latestOf({ database }: Pick<Context, "database">, deviceId: string): Promise<LatestMeasurementView[]> {
  const rows = await database.prisma.latestMeasurement.findMany({ where: { deviceId }, orderBy: { metric: "asc" } });
  return rows.map(({ metric, unit, time, value }) => ({ metric, unit, time: time.toISOString(), value }));
}
