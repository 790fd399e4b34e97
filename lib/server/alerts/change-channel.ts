import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { ChannelView } from "@/lib/domain/alerts/alert-view";
import { CHANNELS } from "../database/notify";
import { writeVerb } from "../verb";
import { channelView } from "./list-channels";

/**
 * Switches a webhook on or off. Off: nothing new is queued for it, and what is queued waits. It goes out when the channel is on
 * again. Asked for what is so already, nothing changes.
 */
export const changeChannel = writeVerb({
  permission: "channels:configure",
  input: z.object({ channelId: z.string().min(1).max(64), enabled: z.boolean() }),
  async run(ctx, { channelId, enabled }): Promise<ChannelView> {
    const include = { deliveries: { orderBy: { createdAt: "desc" as const }, take: 1 } };
    const before = await ctx.tx.channel.findFirst({ where: { id: channelId, fleetId: ctx.fleetId }, include });
    if (!before) throw notFound("channel");
    if (before.enabled === enabled) return channelView(before, before.deliveries[0]);
    const row = await ctx.tx.channel.update({ where: { id: channelId, fleetId: ctx.fleetId }, data: { enabled }, include });
    await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.outbox}, '')`;
    await ctx.audit({
      action: "channel.changed",
      objectKind: "channel",
      objectId: channelId,
      before: { name: before.name, enabled: before.enabled },
      after: { name: row.name, enabled },
    });
    return channelView(row, row.deliveries[0]);
  },
});
