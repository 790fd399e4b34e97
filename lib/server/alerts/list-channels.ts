import { z } from "zod";
import type { ChannelView } from "@/lib/domain/alerts/alert-view";
import type { ChannelModel, DeliveryModel } from "@/prisma/generated/models";
import { type Page, readVerb } from "../verb";

/** Channels of this fleet by name. Their addresses may hold a secret of the receiver, hence for admins only. */
export const listChannels = readVerb({
  permission: "channels:configure",
  input: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100), cursor: z.string().max(80).optional() }),
  async run(ctx, { limit, cursor }): Promise<Page<ChannelView>> {
    const { fleetId } = ctx;
    const { channel } = ctx.database.prisma;
    const [rows, total] = await Promise.all([
      channel.findMany({
        where: { fleetId, ...(cursor === undefined ? {} : { name: { gt: cursor } }) },
        orderBy: { name: "asc" },
        take: limit + 1,
        include: { deliveries: { orderBy: { createdAt: "desc" }, take: 1 } },
      }),
      channel.count({ where: { fleetId } }),
    ]);
    const shown = rows.slice(0, limit);
    return {
      items: shown.map((row) => channelView(row, row.deliveries[0])),
      nextCursor: rows.length > limit ? (shown.at(-1)?.name ?? null) : null,
      total,
    };
  },
});

export function channelView(row: ChannelModel, last: DeliveryModel | undefined): ChannelView {
  const { id, name, url, enabled } = row;
  const at = last && (last.deliveredAt ?? last.createdAt).toISOString();
  return { id, name, url, enabled, lastDelivery: last && at ? { state: last.state, at, status: last.lastStatus, error: last.lastError } : null };
}
