import { z } from "zod";
import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { testWebhookBody } from "@/lib/domain/alerts/webhook-body";
import type { Prisma as Json } from "@/prisma/generated/client";
import { CHANNELS } from "../database/notify";
import { writeVerb } from "../verb";

/** Queues a message of type `test`; the delivery tells what became of it. */
export const testChannel = writeVerb({
  permission: "channels:configure",
  input: z.object({ channelId: z.string().min(1).max(64) }),
  async run(ctx, { channelId }) {
    const channel = await ctx.tx.channel.findFirst({
      where: { id: channelId, fleetId: ctx.fleetId },
      select: { id: true, name: true, enabled: true, fleet: { select: { id: true, name: true } } },
    });
    if (!channel) throw notFound("channel");
    if (!channel.enabled) throw new SallyportError("conflict", `${channel.name} is switched off; nothing is sent there.`, { hint: "Switch it on first." });
    const deliveryId = newId("delivery");
    const body = testWebhookBody(channel.fleet, { id: channel.id, name: channel.name }, ctx.now);
    await ctx.tx.delivery.create({
      data: {
        id: deliveryId,
        fleetId: ctx.fleetId,
        channelId,
        event: "test",
        body: body as unknown as Json.InputJsonObject,
        createdAt: ctx.now,
        nextAttemptAt: ctx.now,
      },
    });
    await ctx.tx.$executeRaw`select pg_notify(${CHANNELS.outbox}, '')`;
    await ctx.audit({ action: "channel.tested", objectKind: "channel", objectId: channelId });
    return { deliveryId };
  },
});
