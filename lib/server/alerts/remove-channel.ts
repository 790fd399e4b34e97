import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { writeVerb } from "../verb";

/** Removes a webhook; what was still to be delivered to it is dropped. */
export const removeChannel = writeVerb({
  permission: "channels:configure",
  input: z.object({ channelId: z.string().min(1).max(64) }),
  async run(ctx, { channelId }) {
    const channel = await ctx.tx.channel.findFirst({ where: { id: channelId, fleetId: ctx.fleetId }, select: { name: true, url: true } });
    if (!channel) throw notFound("channel");
    await ctx.tx.channel.delete({ where: { id: channelId, fleetId: ctx.fleetId } });
    await ctx.audit({ action: "channel.removed", objectKind: "channel", objectId: channelId, before: { name: channel.name, host: new URL(channel.url).host } });
    return { channelId };
  },
});
