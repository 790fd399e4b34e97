import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { type StateChangeView, stateChangeSchema } from "@/lib/domain/device-state/state-view";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";

/** Who changed what is desired of a device, and when it followed; newest first. */
export const listStateChanges = readVerb({
  permission: "telemetry:read",
  input: z.object({
    deviceId: z.string().max(64),
    limit: z.coerce.number().int().min(1).max(100).default(20),
    cursor: z.string().max(500).optional(),
  }),
  async run({ database: { prisma }, fleetId }, { deviceId, limit, cursor }): Promise<Page<StateChangeView>> {
    if ((await prisma.device.count({ where: { id: deviceId, fleetId } })) === 0) throw notFound("device");
    const [before] = cursor === undefined ? [] : decodeCursor(cursor, { deviceId }, [z.string().regex(/^\d{1,19}$/)]);
    const where = { deviceId, fleetId };
    const [rows, total] = await Promise.all([
      prisma.deviceStateChange.findMany({
        where: { ...where, ...(before === undefined ? {} : { id: { lt: BigInt(before) } }) },
        orderBy: { id: "desc" },
        take: limit + 1,
      }),
      prisma.deviceStateChange.count({ where }),
    ]);
    const items = rows
      .slice(0, limit)
      .map(({ id, at, side, version, actorName, changes }) =>
        stateChangeSchema.parse({ id: String(id), at: at.toISOString(), side, version, by: actorName, changes }),
      );
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({ deviceId }, [last.id]) : null, total };
  },
});
