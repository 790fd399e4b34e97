import { claimWebhookBody, misusedClaimSchema } from "@/lib/domain/alerts/webhook-body";
import { addDeliveries, deliveryId } from "../alerts/add-deliveries";
import { CHANNELS } from "../database/notify";
import type { OutboxHandler } from "../outbox/index";
import type { StepContext } from "../step";

/** The outbox handler of `claim.notify`: one delivery per finding and enabled channel of its fleet. */
export function queueClaimDeliveries(ctx: StepContext): OutboxHandler {
  const { prisma, pool } = ctx.database;
  return async (rows) => {
    for (const { id, fleetId, payload } of rows) {
      const { claimId, ...found } = misusedClaimSchema.parse(payload);
      const claim = await prisma.claim.findFirst({
        where: { id: claimId, ...(fleetId ? { fleetId } : {}) },
        select: { name: true, hint: true, fleet: { select: { id: true, name: true, channels: { where: { enabled: true } } } } },
      });
      if (!claim) continue;
      const { name, hint, fleet } = claim;
      const body = claimWebhookBody({ id: fleet.id, name: fleet.name }, { id: claimId, name, hint, ...found });
      const deliveries = fleet.channels.map(({ id: channelId }) => ({ id: deliveryId(`${id} ${channelId}`), channelId, alertId: null, body }));
      await addDeliveries(ctx, fleet.id, "claim.misused", deliveries);
    }
    await pool.query("select pg_notify($1, '')", [CHANNELS.outbox]);
  };
}
