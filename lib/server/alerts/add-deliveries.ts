import { createHash } from "node:crypto";
import { ID_PREFIXES } from "@/lib/base/ids";
import type { WebhookBody, WebhookEvent } from "@/lib/domain/alerts/webhook-body";
import type { StepContext } from "../step";

interface NewDelivery {
  id: string;
  channelId: string;
  alertId: string | null;
  body: WebhookBody;
}

/** Queues messages to channels of one fleet. One that is there already (same id) is left as it is. */
export async function addDeliveries({ database, clock }: StepContext, fleetId: string, event: WebhookEvent, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await database.pool.query(
    `insert into delivery (id, fleet_id, channel_id, alert_id, event, body, created_at, next_attempt_at)
     select id, $2, channel_id, alert_id, $3, body, $4, $4 from unnest($1::text[], $5::text[], $6::text[], $7::jsonb[]) as d(id, channel_id, alert_id, body)
     on conflict (id) do nothing`,
    [
      deliveries.map(({ id }) => id),
      fleetId,
      event,
      clock.now(),
      deliveries.map(({ channelId }) => channelId),
      deliveries.map(({ alertId }) => alertId),
      deliveries.map(({ body }) => JSON.stringify(body)),
    ],
  );
}

/** The same outbox row gives the same ids when it is carried out again: at least once here is exactly once in the table. */
export function deliveryId(seed: string): string {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  const digest = createHash("sha256").update(seed).digest().subarray(0, 16);
  return `${ID_PREFIXES.delivery}_${[...digest].map((byte) => alphabet[byte & 31]).join("")}`;
}
