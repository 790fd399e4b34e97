import { z } from "zod";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { alertWebhookBody } from "@/lib/domain/alerts/webhook-body";
import { CHANNELS } from "../database/notify";
import type { OutboxHandler, OutboxRow } from "../outbox/index";
import type { StepContext } from "../step";
import { addDeliveries, deliveryId } from "./add-deliveries";
import { ALERT_SELECT, alertView } from "./alert-row";

const payloadSchema = z.object({ event: z.enum(["alert.fired", "alert.resolved", "alert.acknowledged"]), alertIds: z.array(z.string()) });

/** The outbox handler of `alert.notify`: one delivery per alert and enabled channel of its fleet. */
export function queueDeliveries(ctx: StepContext): OutboxHandler {
  return async (rows) => {
    for (const row of rows) await queueOne(ctx, row);
    await ctx.database.pool.query("select pg_notify($1, '')", [CHANNELS.outbox]);
  };
}

async function queueOne(ctx: StepContext, row: OutboxRow): Promise<void> {
  const { event, alertIds } = payloadSchema.parse(row.payload);
  const { prisma } = ctx.database;
  const fleet =
    row.fleetId && (await prisma.fleet.findUnique({ where: { id: row.fleetId }, select: { id: true, name: true, channels: { where: { enabled: true } } } }));
  if (!fleet || fleet.channels.length === 0) return;
  const alerts = await prisma.alert.findMany({ where: { fleetId: fleet.id, id: { in: alertIds } }, select: ALERT_SELECT });
  const deliveries = alerts.flatMap((alert) =>
    fleet.channels.map(({ id: channelId }) => ({
      id: deliveryId(`${row.id} ${alert.id} ${channelId}`),
      channelId,
      alertId: alert.id,
      body: alertWebhookBody(event, { id: fleet.id, name: fleet.name }, asOf(event, alertView(alert))),
    })),
  );
  await addDeliveries(ctx, fleet.id, event, deliveries);
}

/** A message that an alert fired says so, even when it has been resolved by now. */
function asOf(event: z.output<typeof payloadSchema>["event"], alert: AlertView): AlertView {
  return event === "alert.fired" ? { ...alert, state: "firing", resolvedAt: null, acknowledgedAt: null, acknowledgedBy: null, comment: null } : alert;
}
