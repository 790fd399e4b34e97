import { z } from "zod";
import type { AuditEventView } from "@/lib/domain/fleets/overview-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "@/lib/server/verb";

const bigint = z.string().regex(/^\d{1,18}$/);

/** Who did what in this fleet, newest first; of one object when `objectId` is given. */
export const listAuditEvents = readVerb({
  permission: "audit:read",
  input: z.object({
    objectId: z.string().max(64).optional(),
    action: z.string().max(64).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(500).optional(),
  }),
  async run(ctx, { objectId, action, limit, cursor }): Promise<Page<AuditEventView>> {
    const search = { objectId, action };
    const [before] = cursor === undefined ? [undefined] : decodeCursor(cursor, search, [bigint]);
    const where = { fleetId: ctx.fleetId, ...(objectId === undefined ? {} : { objectId }), ...(action === undefined ? {} : { action }) };
    const { auditEvent } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      auditEvent.findMany({
        where: { ...where, ...(before === undefined ? {} : { id: { lt: BigInt(before) } }) },
        orderBy: { id: "desc" },
        take: limit + 1,
      }),
      auditEvent.count({ where }),
    ]);
    const items = rows.slice(0, limit).map((row) => ({
      id: String(row.id),
      at: row.at.toISOString(),
      actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
      via: row.via,
      action: row.action,
      objectKind: row.objectKind,
      objectId: row.objectId,
      before: row.before,
      after: row.after,
      requestId: row.requestId,
    }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor(search, [last.id]) : null, total };
  },
});
