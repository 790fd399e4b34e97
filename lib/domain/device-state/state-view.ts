import { z } from "zod";
import { MAX_STATE_VERSION, statePatchSchema } from "@/lib/protocol/state";
import { STATE_STATUSES } from "./compare-state";

/** What the API answers about desired and reported state. Times are ISO 8601. */
const time = z.iso.datetime();
const document = z.record(z.string(), z.json());
const value = z.json();

export const stateValueSchema = z.object({
  /** `logging.level` */
  path: z.string(),
  desired: value.optional(),
  reported: value.optional(),
  /** Which layer the desired value comes from; null: nobody desires it. */
  source: z.enum(["device", "profile"]).nullable(),
  status: z.enum(STATE_STATUSES).nullable(),
  /** Since when it has this status. */
  since: time.nullable(),
  /** Why the device does not take it, in its own words. */
  error: z.string().nullable(),
});
export type StateValueView = z.output<typeof stateValueSchema>;

export const deviceStateSchema = z.object({
  deviceId: z.string(),
  profile: z.object({ id: z.string(), name: z.string() }),
  /** Of what is desired; give it with a change to be told when somebody else was faster. */
  version: z.number().int(),
  /** The newest version that the device says it has worked through. */
  appliedVersion: z.number().int(),
  status: z.enum(STATE_STATUSES).nullable(),
  since: time.nullable(),
  values: z.array(stateValueSchema),
  /** What is desired of this one device; laid over the defaults of its profile. */
  overrides: document,
  defaults: document,
  desired: document,
  reported: document,
  reportedAt: time.nullable(),
  sentAt: time.nullable(),
  /** Why nothing is sent: `sealed` (a sealed fleet has no states), `no_key` (its profile requires encryption and it has no key yet). */
  heldBack: z.enum(["sealed", "no_key"]).nullable(),
});
export type DeviceStateView = z.output<typeof deviceStateSchema>;

export const stateChangeSchema = z.object({
  id: z.string(),
  at: time,
  /** `device` and `profile`: what is desired, by layer. `reported`: what the device said. */
  side: z.enum(["device", "profile", "reported"]),
  version: z.number().int(),
  by: z.string(),
  changes: z.array(z.object({ path: z.string(), from: value.optional(), to: value.optional(), error: z.string().optional() })),
});
export type StateChangeView = z.output<typeof stateChangeSchema>;

export const profileStateSchema = z.object({ profileId: z.string(), name: z.string(), desired: document, devices: z.number().int() });
export type ProfileStateView = z.output<typeof profileStateSchema>;

/** `merge`: RFC 7396, null takes a key away. `replace`: this and nothing else. */
const change = { desired: statePatchSchema, mode: z.enum(["merge", "replace"]).default("merge") };

export const setDesiredInputSchema = z.object({
  deviceId: z.string().max(64),
  ...change,
  version: z.number().int().min(0).max(MAX_STATE_VERSION).optional(),
});
export const setProfileStateInputSchema = z.object({ profileId: z.string().max(64), ...change });

/** In JSON, for a cell. */
export function shownValue(shown: unknown): string {
  return shown === undefined ? "–" : JSON.stringify(shown);
}
