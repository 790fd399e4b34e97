import { notFound } from "@/lib/base/errors";
import { type Revealed, revealInputSchema } from "@/lib/domain/telemetry/reveal";
import { refuseWhenSealed } from "@/lib/server/sealed/custody";
import { writeVerb } from "@/lib/server/verb";

const MOST = 500;

/** What a device measured lately, for support: with a reason, and an audit event in the same transaction. No event, no values. */
export const revealReadings = writeVerb({
  permission: "telemetry:reveal",
  input: revealInputSchema,
  async run(ctx, { deviceId, reason, minutes }): Promise<Revealed> {
    const device = await ctx.tx.device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId }, select: { id: true } });
    if (!device) throw notFound("device");
    await refuseWhenSealed(ctx.tx, ctx.fleetId, "the server cannot read what this device measured.", "Ask an operator who is admitted to it.");
    const since = new Date(ctx.now.getTime() - minutes * 60_000);
    const rows = await ctx.tx.measurement.findMany({
      where: { deviceId, time: { gt: since } },
      orderBy: [{ time: "desc" }, { metric: "asc" }],
      take: MOST + 1,
      select: { metric: true, time: true, value: true },
    });
    const readings = rows.slice(0, MOST).map(({ metric, time, value }) => ({ metric, value, time: time.toISOString() }));
    const metrics = [...new Set(readings.map(({ metric }) => metric))].sort();
    await ctx.audit({ action: "telemetry.revealed", objectKind: "device", objectId: deviceId, after: { reason, minutes, metrics, readings: readings.length } });
    return { readings, isCut: rows.length > MOST };
  },
});
