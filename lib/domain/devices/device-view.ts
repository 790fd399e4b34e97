import { z } from "zod";
import { PRESENCE_CAUSES, PRESENCE_STATES } from "@/lib/protocol/presence";
import { FACTOR_KINDS } from "../outages/factors";
import { devicePostureSchema } from "../posture/posture-view";
import { PROOF_STATES } from "../posture/proof";

/** What the API answers about devices: the contract of server, console and OpenAPI. Times are ISO 8601. */
const time = z.iso.datetime();

export const LIFECYCLES = ["pending", "active", "suspended", "retired"] as const;

export const presenceViewSchema = z.object({
  state: z.enum(PRESENCE_STATES),
  cause: z.enum(PRESENCE_CAUSES),
  since: time,
  lastSeenAt: time.nullable(),
  version: z.number().int(),
});
export type PresenceView = z.output<typeof presenceViewSchema>;

export const deviceRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  lifecycle: z.enum(LIFECYCLES),
  site: z.object({ id: z.string(), name: z.string() }).nullable(),
  profile: z.object({ id: z.string(), name: z.string(), reportingIntervalSeconds: z.number().int() }),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  firmware: z.string().nullable(),
  presence: presenceViewSchema,
  /** The open outage that explains why it is away. */
  outage: z.object({ id: z.string(), factor: z.enum(FACTOR_KINDS), label: z.string() }).nullable(),
  /** Tampering is suspected: GET /devices/{deviceId}/diagnosis says by what. */
  tamper: z.boolean(),
  /** Address of the newest session. */
  address: z.string().nullable(),
  createdAt: time,
});
export type DeviceRow = z.output<typeof deviceRowSchema>;

export const latestMeasurementSchema = z.object({ metric: z.string(), unit: z.string().nullable(), time, value: z.number() });
export type LatestMeasurementView = z.output<typeof latestMeasurementSchema>;

export const deviceDetailSchema = deviceRowSchema.extend({
  note: z.string(),
  /** The device that it reaches us through. */
  gateway: z.object({ id: z.string(), name: z.string(), state: z.enum(PRESENCE_STATES) }).nullable(),
  /** How many devices say that they reach us through it. */
  behind: z.number().int(),
  fleetId: z.string(),
  telemetryTopic: z.string(),
  /** Empty for roles without `telemetry:read`, which also may not know the values. */
  latest: z.array(latestMeasurementSchema),
  session: z
    .object({
      number: z.string(),
      clientId: z.string(),
      transport: z.string(),
      address: z.string(),
      keepAliveSeconds: z.number().int(),
      connectedAt: time,
      disconnectedAt: time.nullable(),
      disconnectReason: z.string().nullable(),
    })
    .nullable(),
  posture: devicePostureSchema.nullable(),
  /** Has it proved that nothing listens on it? */
  proof: z.enum(PROOF_STATES),
  rejectedLastDay: z.number().int(),
});
export type DeviceDetail = z.output<typeof deviceDetailSchema>;

/** The one search of the device list; each part is optional and all hold together. */
export const deviceListInputSchema = z.object({
  /** The query language (docs/query.md). Plain words are any part of name, id or site. */
  q: z.string().trim().optional(),
  state: z.array(z.enum(PRESENCE_STATES)).max(PRESENCE_STATES.length).optional(),
  /** A site's id, or `none` for devices without one. */
  siteId: z.string().max(64).optional(),
  /** Retired devices are shown only when asked for, here or by `lifecycle:` in the query. */
  lifecycle: z.array(z.enum(LIFECYCLES)).min(1).max(LIFECYCLES.length).optional(),
  sort: z.enum(["attention", "name", "-name", "since", "-since", "lastSeen", "-lastSeen"]).default("attention"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
});
export type DeviceListInput = z.input<typeof deviceListInputSchema>;

export const deviceListSchema = z.object({
  items: z.array(deviceRowSchema),
  nextCursor: z.string().nullable(),
  total: z.number().int(),
  /** Counts per state of the same search without its `state` part: the facets above the list. */
  facets: z.record(z.enum(PRESENCE_STATES), z.number().int()),
});
export type DeviceList = z.output<typeof deviceListSchema>;

/** NUL, and half of a surrogate pair, is no text that Postgres keeps. */
const STORABLE = /^[^\0\p{Cs}]*$/u;
const NOT_STORABLE = "Holds a character that is no text (NUL, or half of a surrogate pair).";
export const noteSchema = z.string().max(2_000).regex(STORABLE, NOT_STORABLE);

export const deviceNameSchema = z
  .string()
  .trim()
  .min(1, "A name is needed.")
  .max(80)
  // Printable characters of any script; control and format characters (bidi overrides) would lie in lists and logs.
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]+$/u, "Only printable characters.");

export const tagsSchema = z
  .record(z.string().regex(/^[a-z0-9_-]{1,32}$/), z.string().max(64).regex(STORABLE, NOT_STORABLE))
  .refine((tags) => Object.keys(tags).length <= 32, "At most 32 tags.");

export const addDeviceInputSchema = z.object({
  name: deviceNameSchema,
  /** Name of the site; made when it does not exist yet. */
  site: deviceNameSchema.optional(),
  /** Name of the profile; default: the fleet's first one. */
  profile: deviceNameSchema.optional(),
  /** Name of the device that it reaches us through. */
  gateway: deviceNameSchema.optional(),
  tags: tagsSchema.default({}),
  /** Lifetime of its first token. Default: 90, or what the fleet's policy allows. */
  tokenDays: z.number().int().min(1).max(365).optional(),
});

/** What is left out stays as it is. `site: null` takes the device off its site; `tags` replaces all of them. */
export const changeDeviceInputSchema = z.object({
  deviceId: z.string().max(64),
  name: deviceNameSchema.optional(),
  site: deviceNameSchema.nullable().optional(),
  profile: deviceNameSchema.optional(),
  /** Name of the device that it reaches us through; null: it stands for itself. */
  gateway: deviceNameSchema.nullable().optional(),
  /** What runs on it, as it is told to us: by people, or by a program that updates devices. */
  firmware: z.string().trim().min(1).max(64).nullable().optional(),
  tags: tagsSchema.optional(),
  note: noteSchema.optional(),
  lifecycle: z.enum(["active", "suspended", "retired"]).optional(),
});
export type ChangeDeviceInput = z.input<typeof changeDeviceInputSchema>;

/** What is needed to connect, shown once. */
export const deviceCredentialsSchema = z.object({
  deviceId: z.string(),
  name: z.string(),
  fleetId: z.string(),
  username: z.string(),
  token: z.string(),
  tokenId: z.string(),
  expiresAt: time,
  host: z.string(),
  port: z.number().int(),
  tlsPort: z.number().int(),
  telemetryTopic: z.string(),
});
export type DeviceCredentials = z.output<typeof deviceCredentialsSchema>;
