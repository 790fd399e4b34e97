import { haltedRotationSchema, rotationWebhookBody } from "@/lib/domain/alerts/webhook-body";
import { addDeliveries, deliveryId } from "../alerts/add-deliveries";
import { CHANNELS } from "../database/notify";
import type { OutboxHandler } from "../outbox/index";
import type { StepContext } from "../step";

/** The outbox handler of `rotation.notify`: one delivery per halted rotation and enabled channel of its fleet. */
export function queueRotationDeliveries(ctx: StepContext): OutboxHandler {
  const { prisma, pool } = ctx.database;
  return async (rows) => {
    for (const { id, fleetId, payload } of rows) {
      const fleet =
        fleetId && (await prisma.fleet.findUnique({ where: { id: fleetId }, select: { id: true, name: true, channels: { where: { enabled: true } } } }));
      if (!fleet) continue;
      const body = rotationWebhookBody({ id: fleet.id, name: fleet.name }, haltedRotationSchema.parse(payload));
      const deliveries = fleet.channels.map(({ id: channelId }) => ({ id: deliveryId(`${id} ${channelId}`), channelId, alertId: null, body }));
      await addDeliveries(ctx, fleet.id, "rotation.halted", deliveries);
    }
    await pool.query("select pg_notify($1, '')", [CHANNELS.outbox]);
  };
}
