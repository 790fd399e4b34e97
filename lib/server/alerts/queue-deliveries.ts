import { createHash } from "node:crypto";
import { z } from "zod";
import { ID_PREFIXES } from "@/lib/base/ids";
import type { AlertView } from "@/lib/domain/alerts/alert-view";
import { alertWebhookBody } from "@/lib/domain/alerts/webhook-body";
import { CHANNELS } from "../database/notify";
import type { OutboxHandler, OutboxRow } from "../outbox/index";
import type { StepContext } from "../step";
import { ALERT_SELECT, alertView } from "./alert-row";

const payloadSchema = z.object({ event: z.enum(["alert.fired", "alert.resolved", "alert.acknowledged"]), alertIds: z.array(z.string()) });

/** The outbox handler of `alert.notify`: one delivery per alert and enabled channel of its fleet. */
export function queueDeliveries(ctx: StepContext): OutboxHandler {
  return async (rows) => {
    for (const row of rows) await queueOne(ctx, row);
    await ctx.database.pool.query("select pg_notify($1, '')", [CHANNELS.outbox]);
  };
}

async function queueOne({ database, clock }: StepContext, row: OutboxRow): Promise<void> {
  const { event, alertIds } = payloadSchema.parse(row.payload);
  const { prisma } = database;
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
  await database.pool.query(
    `insert into delivery (id, fleet_id, channel_id, alert_id, event, body, created_at, next_attempt_at)
     select id, $2, channel_id, alert_id, $3, body, $4, $4 from unnest($1::text[], $5::text[], $6::text[], $7::jsonb[]) as d(id, channel_id, alert_id, body)
     on conflict (id) do nothing`,
    [
      deliveries.map(({ id }) => id),
      fleet.id,
      event,
      clock.now(),
      deliveries.map(({ channelId }) => channelId),
      deliveries.map(({ alertId }) => alertId),
      deliveries.map(({ body }) => JSON.stringify(body)),
    ],
  );
}

/** The same outbox row gives the same ids when it is carried out again: at least once here is exactly once in the table. */
function deliveryId(seed: string): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const digest = createHash("sha256").update(seed).digest().subarray(0, 16);
  return `${ID_PREFIXES.delivery}_${[...digest].map((byte) => alphabet[byte & 31]).join("")}`;
}

/** A message that an alert fired says so, even when it has been resolved by now. */
function asOf(event: z.output<typeof payloadSchema>["event"], alert: AlertView): AlertView {
  return event === "alert.fired" ? { ...alert, state: "firing", resolvedAt: null, acknowledgedAt: null, acknowledgedBy: null, comment: null } : alert;
}
