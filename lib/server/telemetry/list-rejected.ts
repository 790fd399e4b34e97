import { z } from "zod";
import type { RejectedMessageView } from "@/lib/domain/telemetry/series-view";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { type Page, readVerb } from "@/lib/server/verb";
import { readsPayloads } from "./reads-payloads";

/** Messages that were not stored, newest first; each line stands for `count` of one sender, topic, reason and hour. */
export const listRejected = readVerb({
  permission: "rejected:read",
  input: z.object({
    deviceId: z.string().max(64).optional(),
    reason: z.string().max(64).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(500).optional(),
  }),
  async run(ctx, { deviceId, reason, limit, cursor }): Promise<Page<RejectedMessageView>> {
    const search = { deviceId, reason };
    const place = cursor === undefined ? undefined : decodeCursor(cursor, search, [z.iso.datetime(), z.string().regex(/^\d{1,18}$/)]);
    const where = { fleetId: ctx.fleetId, ...(deviceId === undefined ? {} : { deviceId }), ...(reason === undefined ? {} : { reason }) };
    const { rejectedMessage, device } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      rejectedMessage.findMany({
        where: { ...where, ...(place === undefined ? {} : { OR: [{ lastAt: { lt: place[0] } }, { lastAt: place[0], id: { lt: BigInt(place[1]) } }] }) },
        orderBy: [{ lastAt: "desc" }, { id: "desc" }],
        take: limit + 1,
      }),
      rejectedMessage.count({ where }),
    ]);
    const shown = rows.slice(0, limit);
    const ids = shown.flatMap((row) => row.deviceId ?? []);
    const devices = await device.findMany({ where: { fleetId: ctx.fleetId, id: { in: ids } }, select: { id: true, name: true } });
    const names = new Map(devices.map(({ id, name }) => [id, name]));
    const samples = readsPayloads(ctx);
    const items = shown.map((row) => ({
      id: String(row.id),
      deviceId: row.deviceId,
      deviceName: row.deviceId === null ? null : (names.get(row.deviceId) ?? null),
      subject: row.subject,
      topic: row.topic,
      reason: row.reason,
      detail: row.detail,
      count: row.count,
      firstAt: row.firstAt.toISOString(),
      lastAt: row.lastAt.toISOString(),
      sizeBytes: row.sizeBytes,
      sample: samples ? printable(row.sample) : null,
    }));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor(search, [last.lastAt, last.id]) : null, total };
  },
});

/** ASCII as it is, every other byte as a dot: nothing in it can act on a terminal or a page. */
function printable(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, ".");
}
