import { z } from "zod";
import { metaSchema, type Scope } from "@/lib/protocol/access";
import { segmentSchema } from "@/lib/protocol/segments";

/**
 * What is asked for when a token is granted, in the shape that users of PubNub know (wire-formats W10): resources and patterns in
 * one call, a lifetime in minutes that cannot be left out, scalar metadata. Read and write are PubNub's bits; here they mean
 * subscribe and publish, and patterns are MQTT filters and device queries instead of regular expressions.
 */

const READ = 1;
const WRITE = 2;

/** One right: PubNub's bits, or the long form with what MQTT adds. An empty object gives nothing. */
export const rightSchema = z.union([
  z.int().min(1).max(3),
  z.strictObject({
    read: z.boolean().default(false),
    write: z.boolean().default(false),
    /** Takes away instead, whatever else allows it. */
    deny: z.boolean().default(false),
    qos: z
      .array(z.union([z.literal(0), z.literal(1), z.literal(2)]))
      .min(1)
      .max(3)
      .optional(),
    /** Only retained messages, or only others. */
    retain: z.boolean().optional(),
  }),
]);
export type Right = z.input<typeof rightSchema>;
const rightsSchema = z.union([rightSchema, z.array(rightSchema).max(8)]);

/** Rights on devices: the branches of a device's topics by name (lib/domain/tokens/branches.ts). */
const branchRightsSchema = z.strictObject({
  read: z.array(z.string().min(1).max(32)).max(16).default([]),
  write: z.array(z.string().min(1).max(32)).max(16).default([]),
  deny: z.boolean().default(false),
});
const deviceRightsSchema = z.union([branchRightsSchema, z.array(branchRightsSchema).max(8)]);

const topicRights = z.record(z.string().min(1).max(512), rightsSchema).default({});
/** At most so many entries of one kind: a token names few things. */
const bounded = <S extends z.ZodType<Record<string, unknown>>>(schema: S) =>
  schema.refine((entries) => Object.keys(entries).length <= 256, "At most 256 entries.");

const grantSubjectSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("device"), deviceId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal("console"), userId: z.string().min(1).max(64) }),
  z.strictObject({ kind: z.literal("service"), name: z.string().trim().min(1).max(80) }),
]);

export const TTL_MAX_MINUTES = 525_600;

export const grantRequestSchema = z.object({
  subject: grantSubjectSchema,
  /** Lifetime in minutes; a fleet's policy may allow less than a year. */
  ttl: z.int().min(1).max(TTL_MAX_MINUTES),
  /** The only client id that may connect with it. Devices need none: theirs is the device id. */
  clientId: segmentSchema.optional(),
  label: z.string().trim().max(80).default(""),
  permissions: z.strictObject({
    /** Named one by one: whole topics, and device ids. */
    resources: z
      .strictObject({ topics: bounded(topicRights), devices: bounded(z.record(z.string().min(1).max(64), deviceRightsSchema).default({})) })
      .prefault({}),
    /** MQTT filters, and device queries. A query is answered when the token is granted: devices that match later are not in it. */
    patterns: z.strictObject({ topics: bounded(topicRights), devices: bounded(z.record(z.string().max(500), deviceRightsSchema).default({})) }).prefault({}),
    meta: metaSchema.default({}),
  }),
  /** The token that this one takes the place of; it stays valid unless `revokeReplaced` says otherwise. */
  replaces: z.string().max(64).optional(),
  revokeReplaced: z.boolean().default(false),
});

export type GrantRequestInput = z.input<typeof grantRequestSchema>;
export type GrantRequest = z.output<typeof grantRequestSchema>;
export type Permissions = GrantRequestInput["permissions"];

/** Scopes of topic rights, denies as they come (minting puts them first). Topics may leave `sp/v1/{fleet}/` out. */
export function scopesOfTopics(topics: Readonly<Record<string, Right | readonly Right[]>>, prefix: string): Scope[] {
  return Object.entries(topics).flatMap(([topic, rights]) =>
    [rights].flat().flatMap((right): Scope[] => {
      const { read = false, write = false, deny = false, qos, retain } = longForm(right);
      if (!read && !write) return [];
      return [
        {
          permission: deny ? "deny" : "allow",
          action: read && write ? "all" : read ? "subscribe" : "publish",
          topic: topic.startsWith(prefix) ? topic : prefix + topic,
          ...(qos ? { qos } : {}),
          ...(retain === undefined ? {} : { retain }),
        },
      ];
    }),
  );
}

/** The request that would give exactly these scopes: what a narrower or wider replacement of a token starts from. */
export function permissionsOfScopes(scopes: readonly Scope[]): Permissions {
  const resources: Record<string, Right[]> = {};
  const patterns: Record<string, Right[]> = {};
  for (const { permission, action, topic, qos, retain } of scopes) {
    const into = /[+#]/.test(topic) ? patterns : resources;
    into[topic] = [
      ...(into[topic] ?? []),
      {
        read: action !== "publish",
        write: action !== "subscribe",
        deny: permission === "deny",
        ...(qos ? { qos } : {}),
        ...(retain === undefined ? {} : { retain }),
      },
    ];
  }
  return { resources: { topics: resources }, patterns: { topics: patterns } };
}

function longForm(right: Right): Exclude<Right, number> {
  return typeof right === "number" ? { read: (right & READ) !== 0, write: (right & WRITE) !== 0 } : right;
}
