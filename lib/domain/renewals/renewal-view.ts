import { z } from "zod";
import { RENEWAL_STATES } from "./renewal-state";

const time = z.iso.datetime();

/** How a device comes from one token to the next. */
export const renewalViewSchema = z.object({
  deviceId: z.string(),
  deviceName: z.string(),
  /** Of its identity key; the device shows the same. Null: it has none, and its tokens do not renew themselves. */
  fingerprint: z.string().nullable(),
  /** The token that it holds and renews; null: none. */
  token: z.object({ id: z.string(), expiresAt: time, live: z.boolean(), overdue: z.boolean() }).nullable(),
  state: z.enum(RENEWAL_STATES).nullable(),
  /** `grant`: over its own topics. `home`: by its identity key alone. */
  via: z.enum(["grant", "home"]).nullable(),
  askedAt: time.nullable(),
  renewedAt: time.nullable(),
  decidedBy: z.string().nullable(),
  updatedAt: time.nullable(),
});
export type RenewalView = z.output<typeof renewalViewSchema>;

export const renewalAskedSchema = z.object({ deviceId: z.string(), asked: z.literal(true) });
export const renewalDecidedSchema = z.object({ deviceId: z.string(), state: z.enum(RENEWAL_STATES) });
