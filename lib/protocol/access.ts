import { z } from "zod";
import { claimTopics } from "./claim";
import { homeTopics } from "./home";
import { topics } from "./topics";

/**
 * One line of a token's `acl` claim, in the array form that EMQX 5.5+ evaluates (wire-formats W1), so that the same token
 * works there with no call back.
 */
export const scopeSchema = z.strictObject({
  permission: z.enum(["allow", "deny"]),
  action: z.enum(["publish", "subscribe", "all"]),
  topic: z.string().min(1).max(512),
  qos: z
    .array(z.union([z.literal(0), z.literal(1), z.literal(2)]))
    .min(1)
    .optional(),
  retain: z.boolean().optional(),
});
export type Scope = z.output<typeof scopeSchema>;
export const aclSchema = z.array(scopeSchema).max(256);

/** Scalars by name, for the holder to read (PubNub's `meta`). */
export const metaSchema = z
  .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), z.union([z.string().max(200), z.number(), z.boolean(), z.null()]))
  .refine((meta) => Object.keys(meta).length <= 16, "At most 16 entries.");

/** Who may do what by default, as data. Nothing stands here for anybody else: deny by default. */
export function deviceScopes(fleet: string, device: string): Scope[] {
  return [
    { permission: "allow", action: "publish", topic: topics.upAll(fleet, device), retain: false },
    { permission: "allow", action: "subscribe", topic: topics.downAll(fleet, device) },
  ];
}

/** A console's browser tab: reads only. Without `payloads` (support staff) it sees metadata, never measurements. */
export function consoleScopes(fleet: string, options: { payloads: boolean }): Scope[] {
  const read = (topic: string): Scope => ({ permission: "allow", action: "subscribe", topic });
  const scopes = [read(topics.presenceOfAll(fleet)), read(topics.liveAll(fleet))];
  if (options.payloads) scopes.push(read(topics.telemetryOfAll(fleet)));
  return scopes;
}

/** Whoever holds a claim code: says who it is, hears the answer, and nothing else. `applicant`: thumbprint of its key. */
export function claimScopes(applicant: string): Scope[] {
  return [
    { permission: "allow", action: "publish", topic: claimTopics.up(applicant), qos: [1], retain: false },
    { permission: "allow", action: "subscribe", topic: claimTopics.down(applicant) },
  ];
}

/** Whoever shows that it holds an enrolled identity key: asks for a token, hears the answer, and nothing else. */
export function homeScopes(applicant: string): Scope[] {
  return [
    { permission: "allow", action: "publish", topic: homeTopics.up(applicant), qos: [1], retain: false },
    { permission: "allow", action: "subscribe", topic: homeTopics.down(applicant) },
  ];
}

/** The worker: the only writer of presence and summaries, and of what goes down to devices. */
export function workerScopes(): Scope[] {
  return [
    { permission: "allow", action: "publish", topic: "sp/v1/+/+/presence" },
    { permission: "allow", action: "publish", topic: "sp/v1/+/live/+" },
    { permission: "allow", action: "publish", topic: "sp/v1/+/+/down/#" },
    { permission: "allow", action: "publish", topic: claimTopics.down("+") },
    { permission: "allow", action: "publish", topic: homeTopics.down("+") },
  ];
}

/** Seconds since 1970, until the year 9999: a `Date` holds every one of them. */
const secondsSchema = z.number().int().min(0).max(253_402_300_799);

/** Claims of an access token (JWT, EdDSA). Times in seconds since 1970 (RFC 7519). */
export const tokenClaimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  jti: z.string(),
  iat: secondsSchema,
  exp: secondsSchema,
  nbf: secondsSchema.optional(),
  /** Fleet of the subject; absent only for the platform's own services. */
  fleet: z.string().optional(),
  kind: z.enum(["device", "console", "service"]),
  /** Bound client id, when there is one. */
  cid: z.string().optional(),
  acl: aclSchema,
  /** What the grantor noted. Nothing is decided by it. */
  meta: metaSchema.optional(),
});
export type TokenClaims = z.output<typeof tokenClaimsSchema>;

export const TOKEN_ISSUER = "sallyport";
export const TOKEN_AUDIENCE = "sallyport-mqtt";
