import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** A signing secret in the spelling of Standard Webhooks: 32 random bytes. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Headers that let the receiver check who sent the body and when. `id` is the same on every attempt. */
export function signedHeaders(secret: string, id: string, body: string, now: Date): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "Sallyport-Webhook/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
}
