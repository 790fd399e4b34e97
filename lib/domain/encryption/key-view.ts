import { z } from "zod";
import { KEY_STATES } from "./key-state";
import { ENCRYPTION_POLICIES } from "./policy";

const when = z.iso.datetime().nullable();

/** One version of a device's content key. `messages` and `lastSeenAt` are counted from the key ids of messages that really came. */
export const contentKeySchema = z.object({
  version: z.number().int(),
  state: z.enum(KEY_STATES),
  createdAt: z.iso.datetime(),
  announcedAt: when,
  receivedAt: when,
  firstSeenAt: when,
  lastSeenAt: when,
  messages: z.number().int(),
  rotationId: z.string().nullable(),
});
export type ContentKeyView = z.output<typeof contentKeySchema>;

export const deviceKeysSchema = z.object({
  policy: z.enum(ENCRYPTION_POLICIES),
  /** The pinned public key (RFC 7638 thumbprint), and another one that waits for a person. */
  thumbprint: z.string().nullable(),
  pinnedAt: when,
  offered: z.object({ thumbprint: z.string(), at: z.iso.datetime() }).nullable(),
  /** Newest first; destroyed ones left out. */
  keys: z.array(contentKeySchema),
});
export type DeviceKeysView = z.output<typeof deviceKeysSchema>;

/** A device that does not use the newest version yet, and why. */
export const laggardSchema = z.object({
  deviceId: z.string(),
  name: z.string(),
  state: z.string(),
  since: z.iso.datetime(),
  newest: z.number().int(),
  /** The version it was last seen with; null: none. */
  used: z.number().int().nullable(),
  lastSeenAt: when,
  why: z.enum(["never_connected", "offline", "not_delivered", "not_acknowledged", "not_used", "public_key_changed"]),
});
export type Laggard = z.output<typeof laggardSchema>;

/** The fleet's encryption at a glance. */
export const keyOverviewSchema = z.object({
  /** Devices of profiles with encryption; of these: on their newest key, behind, and without any key yet. */
  devices: z.number().int(),
  current: z.number().int(),
  behind: z.number().int(),
  withoutKey: z.number().int(),
  /** Another public key was shown. */
  offered: z.number().int(),
  /** Refused in the last hour: in the open where that is not allowed, and sealed messages that did not open. */
  leaksLastHour: z.number().int(),
  refusedLastHour: z.number().int(),
});
export type KeyOverview = z.output<typeof keyOverviewSchema>;

/** Content keys of one device for a console tab that decrypts by itself. Their fetch is in the audit log. */
export const openingKeysSchema = z.object({ keys: z.array(z.object({ version: z.number().int(), key: z.string() })) });
export type OpeningKeys = z.output<typeof openingKeysSchema>;
