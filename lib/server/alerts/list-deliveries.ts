import { z } from "zod";
import { type DeliveryView, deliverySchema } from "@/lib/domain/alerts/delivery-view";
import { type Page, readVerb } from "../verb";

/** Webhook messages of this fleet, newest first. */
export const listDeliveries = readVerb({
  permission: "alerts:configure",
  input: z.object({
    channelId: z.string().max(64).optional(),
    alertId: z.string().max(64).optional(),
    state: z.enum(["queued", "delivered", "failed"]).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(64).optional(),
  }),
  async run(ctx, { limit, cursor, channelId, alertId, state }): Promise<Page<DeliveryView>> {
    const where = {
      fleetId: ctx.fleetId,
      ...(channelId === undefined ? {} : { channelId }),
      ...(alertId === undefined ? {} : { alertId }),
      ...(state === undefined ? {} : { state }),
    };
    const { delivery } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      delivery.findMany({
        where,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit + 1,
        ...(cursor === undefined ? {} : { cursor: { id: cursor }, skip: 1 }),
        include: { channel: { select: { id: true, name: true } } },
      }),
      delivery.count({ where }),
    ]);
    const shown = rows.slice(0, limit);
    return {
      items: shown.map((row) =>
        deliverySchema.parse({
          ...row,
          nextAttemptAt: row.state === "queued" ? row.nextAttemptAt.toISOString() : null,
          createdAt: row.createdAt.toISOString(),
          deliveredAt: row.deliveredAt?.toISOString() ?? null,
        }),
      ),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      total,
    };
  },
});
