import type { OutageView } from "../outages/outage-view";
import type { AlertView } from "./alert-view";

export const WEBHOOK_EVENTS = ["alert.fired", "alert.resolved", "alert.acknowledged", "outage.opened", "outage.closed", "test"] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Body of a webhook in the shape Standard Webhooks advises: what happened, when, and everything about it. */
export interface WebhookBody {
  type: WebhookEvent;
  /** When it happened, not when it was sent. */
  timestamp: string;
  data: { fleet: { id: string; name: string }; alert?: AlertView; outage?: OutageView; channel?: { id: string; name: string } };
}

export function alertWebhookBody(type: Extract<WebhookEvent, `alert.${string}`>, fleet: { id: string; name: string }, alert: AlertView): WebhookBody {
  const times = { "alert.fired": alert.firedAt, "alert.resolved": alert.resolvedAt, "alert.acknowledged": alert.acknowledgedAt };
  return { type, timestamp: times[type] ?? alert.pendingAt, data: { fleet, alert } };
}

export function outageWebhookBody(type: Extract<WebhookEvent, `outage.${string}`>, fleet: { id: string; name: string }, outage: OutageView): WebhookBody {
  return { type, timestamp: (type === "outage.closed" ? outage.closedAt : null) ?? outage.openedAt, data: { fleet, outage } };
}

export function testWebhookBody(fleet: { id: string; name: string }, channel: { id: string; name: string }, now: Date): WebhookBody {
  return { type: "test", timestamp: now.toISOString(), data: { fleet, channel } };
}
