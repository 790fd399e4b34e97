import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { TimelineEntry } from "@/lib/domain/fleets/overview-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "@/lib/server/verb";

/** A device's presence changes, newest first. */
export const readTimeline = readVerb({
  permission: "devices:read",
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
    const items = rows.slice(0, limit).map(({ at, state, cause, sessionNumber }) => ({
      at: at.toISOString(),
      state,
      cause,
      sessionNumber: sessionNumber === null ? null : String(sessionNumber),
    }));
    const last = rows.at(limit - 1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({ deviceId }, [last.version]) : null, total };
  },
});
