import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { TimelineEntry } from "@/lib/domain/fleets/overview-view";
import type { FactorKind } from "@/lib/domain/outages/factors";
import type { Context } from "@/lib/server/context";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "@/lib/server/verb";

/** A device's presence changes, newest first. */
export const readTimeline = readVerb({
  permission: "devices:read",
  topic: "presence",
  input: z.object({
    deviceId: z.string().max(64),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(500).optional(),
  }),
  async run(ctx, { deviceId, limit, cursor }): Promise<Page<TimelineEntry>> {
    const [before] = cursor === undefined ? [undefined] : decodeCursor(cursor, { deviceId }, [z.number().int()]);
    const { device, presenceChange } = ctx.database.prisma;
    if (!(await device.findFirst({ where: { id: deviceId, fleetId: ctx.fleetId }, select: { id: true } }))) throw notFound("device");
    const [rows, total] = await Promise.all([
      presenceChange.findMany({
        where: { deviceId, ...(before === undefined ? {} : { version: { lt: before } }) },
        orderBy: { version: "desc" },
        take: limit + 1,
      }),
      presenceChange.count({ where: { deviceId } }),
    ]);
    const outages = await outagesOf(ctx, deviceId);
    const items = rows.slice(0, limit).map(({ at, state, cause, sessionNumber }) => ({
      at: at.toISOString(),
      state,
      cause,
      sessionNumber: sessionNumber === null ? null : String(sessionNumber),
      outage: (state === "offline" && outages.get(at.getTime())) || null,
    }));
    const last = rows.at(limit - 1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({ deviceId }, [last.version]) : null, total };
  },
});

/** Outages by the moment at which this device went away for their reason. */
async function outagesOf({ database }: Pick<Context, "database">, deviceId: string): Promise<Map<number, TimelineEntry["outage"]>> {
  const rows = await database.prisma.outageDevice.findMany({
    where: { deviceId },
    select: { lostAt: true, outage: { select: { id: true, factor: true, label: true } } },
  });
  return new Map(rows.map(({ lostAt, outage }) => [lostAt.getTime(), { ...outage, factor: outage.factor as FactorKind }]));
}
