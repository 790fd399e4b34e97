import { z } from "zod";
import { scopeSchema } from "@/lib/protocol/access";

const qosSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** What somebody wants to do, or tried to. Long and malformed topics are welcome: what is wrong with them is part of the answer. */
export const accessCheckSchema = z.object({
  action: z.enum(["publish", "subscribe"]),
  /** A topic to publish to, or the filter of a subscription. */
  topic: z.string().max(1_024),
  qos: qosSchema.default(0),
  /** Of a publish: is the message retained? A subscription has no such thing. */
  retain: z.boolean().default(false),
});
export type AccessCheck = z.output<typeof accessCheckSchema>;

const differenceSchema = z.discriminatedUnion("kind", [
  /** Counted from 1. Null: there is no such level on that side. */
  z.object({ kind: z.literal("level"), level: z.int(), granted: z.string().nullable(), asked: z.string().nullable() }),
  z.object({ kind: z.literal("action"), granted: z.enum(["publish", "subscribe"]), asked: z.enum(["publish", "subscribe"]) }),
  z.object({ kind: z.literal("qos"), granted: z.array(qosSchema), asked: qosSchema }),
  z.object({ kind: z.literal("retain"), granted: z.boolean(), asked: z.boolean() }),
]);
export type Difference = z.output<typeof differenceSchema>;

const nearestSchema = z.object({ scope: z.int(), differences: z.array(differenceSchema) });
export type Nearest = z.output<typeof nearestSchema>;

/** Why no scope of any kind would allow it. */
const NO_FIX = ["malformed", "reserved", "all_fleets", "other_fleet", "outside", "platform_only", "no_fleet", "malformed_deny", "too_many_scopes"] as const;
export type NoFix = (typeof NO_FIX)[number];

const fixSchema = z.discriminatedUnion("kind", [
  /** It is allowed already. */
  z.object({ kind: z.literal("none_needed") }),
  /** With these scopes beside the others exactly this is allowed, and nothing else. */
  z.object({ kind: z.literal("add"), add: z.array(scopeSchema) }),
  /** A deny stands before every allow: these scopes, by their places, would have to go, and `add` would have to come. */
  z.object({ kind: z.literal("remove_deny"), remove: z.array(z.int()), add: z.array(scopeSchema) }),
  z.object({ kind: z.literal("impossible"), why: z.enum(NO_FIX) }),
]);
export type Fix = z.output<typeof fixSchema>;

/** A decision in the words of AWS IoT's TestAuthorization (wire-formats W11), with what led to it. */
export const explanationSchema = z.object({
  authDecision: z.enum(["ALLOWED", "IMPLICIT_DENY", "EXPLICIT_DENY"]),
  /** What is wrong with the topic itself, whatever the grant. */
  problem: z.string().nullable(),
  /** Place of the scope that decided, from 0; null when none speaks of it. */
  decidedBy: z.int().nullable(),
  /** Places of all scopes that speak of exactly this. */
  allowed: z.array(z.int()),
  denied: z.array(z.int()),
  nearest: nearestSchema.nullable(),
  fix: fixSchema,
  /** The decision, the nearest scope and the fix, each as a sentence; the last two empty when there is nothing to say. */
  words: z.object({ decision: z.string(), nearest: z.string(), fix: z.string() }),
});
export type Explanation = z.output<typeof explanationSchema>;
