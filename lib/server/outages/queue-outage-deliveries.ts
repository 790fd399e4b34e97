import { z } from "zod";
import { outageWebhookBody } from "@/lib/domain/alerts/webhook-body";
import { outageSchema } from "@/lib/domain/outages/outage-view";
import { addDeliveries, deliveryId } from "../alerts/add-deliveries";
import { CHANNELS } from "../database/notify";
import type { OutboxHandler, OutboxRow } from "../outbox/index";
import type { StepContext } from "../step";

const payloadSchema = z.object({ event: z.enum(["outage.opened", "outage.closed"]), outage: outageSchema });

/** The outbox handler of `outage.notify`: one delivery per outage and enabled channel of its fleet, as the outage was at that moment. */
export function queueOutageDeliveries(ctx: StepContext): OutboxHandler {
  return async (rows) => {
    for (const row of rows) await queueOne(ctx, row);
    await ctx.database.pool.query("select pg_notify($1, '')", [CHANNELS.outbox]);
  };
}

async function queueOne(ctx: StepContext, row: OutboxRow): Promise<void> {
  const { event, outage } = payloadSchema.parse(row.payload);
  const fleet =
    row.fleetId &&
    (await ctx.database.prisma.fleet.findUnique({ where: { id: row.fleetId }, select: { id: true, name: true, channels: { where: { enabled: true } } } }));
  if (!fleet) return;
  const body = outageWebhookBody(event, { id: fleet.id, name: fleet.name }, outage);
  await addDeliveries(
    ctx,
    fleet.id,
    event,
    fleet.channels.map(({ id: channelId }) => ({ id: deliveryId(`${row.id} ${outage.id} ${channelId}`), channelId, alertId: null, body })),
  );
}
