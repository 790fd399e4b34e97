import { z } from "zod";
import { MISUSE_KINDS } from "../claims/misuse";
import type { OutageView } from "../outages/outage-view";
import type { AlertView } from "./alert-view";

export const WEBHOOK_EVENTS = [
  "alert.fired",
  "alert.resolved",
  "alert.acknowledged",
  "outage.opened",
  "outage.closed",
  "rotation.halted",
  "claim.misused",
  "test",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Body of a webhook in the shape Standard Webhooks advises: what happened, when, and everything about it. */
export interface WebhookBody {
  type: WebhookEvent;
  /** When it happened, not when it was sent. */
  timestamp: string;
  data: {
    fleet: { id: string; name: string };
    alert?: AlertView;
    outage?: OutageView;
    rotation?: HaltedRotation;
    claim?: MisusedClaim;
    channel?: { id: string; name: string };
  };
}

export function alertWebhookBody(type: Extract<WebhookEvent, `alert.${string}`>, fleet: { id: string; name: string }, alert: AlertView): WebhookBody {
  const times = { "alert.fired": alert.firedAt, "alert.resolved": alert.resolvedAt, "alert.acknowledged": alert.acknowledgedAt };
  return { type, timestamp: times[type] ?? alert.pendingAt, data: { fleet, alert } };
}

export function outageWebhookBody(type: Extract<WebhookEvent, `outage.${string}`>, fleet: { id: string; name: string }, outage: OutageView): WebhookBody {
  return { type, timestamp: (type === "outage.closed" ? outage.closedAt : null) ?? outage.openedAt, data: { fleet, outage } };
}

/** Payload of an outbox row of kind `rotation.notify`: a rotation of content keys that waits for a person now. */
export const haltedRotationSchema = z.object({
  id: z.string(),
  reason: z.string(),
  /** Why it was halted, for people. */
  why: z.string(),
  devices: z.number().int(),
  failed: z.number().int(),
  haltedAt: z.iso.datetime(),
});
export type HaltedRotation = z.output<typeof haltedRotationSchema>;

export function rotationWebhookBody(fleet: { id: string; name: string }, rotation: HaltedRotation): WebhookBody {
  return { type: "rotation.halted", timestamp: rotation.haltedAt, data: { fleet, rotation } };
}

/** Payload of an outbox row of kind `claim.notify`: a claim code that seems to be in the wrong hands. */
export const misusedClaimSchema = z.object({ claimId: z.string(), kind: z.enum(MISUSE_KINDS), evidence: z.string(), since: z.iso.datetime() });
/** `hint`: the last four characters of its code. */
interface MisusedClaim extends Omit<z.output<typeof misusedClaimSchema>, "claimId"> {
  id: string;
  name: string;
  hint: string;
}

export function claimWebhookBody(fleet: { id: string; name: string }, claim: MisusedClaim): WebhookBody {
  return { type: "claim.misused", timestamp: claim.since, data: { fleet, claim } };
}

export function testWebhookBody(fleet: { id: string; name: string }, channel: { id: string; name: string }, now: Date): WebhookBody {
  return { type: "test", timestamp: now.toISOString(), data: { fleet, channel } };
}
