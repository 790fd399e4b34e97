import { z } from "zod";
import type { Access, Decision } from "./evaluate";

/** EMQX's HTTP authentication and authorisation (wire-formats W2), with the body templates of docs/other-brokers.md. */

/** Bytes of a CONNECT's fields are bounded before this; `password` is our token. */
export const emqxAuthnSchema = z.object({ username: z.string().min(1), password: z.string(), clientid: z.string(), peerhost: z.string().optional() });

const qos = z.coerce.string().pipe(z.enum(["0", "1", "2"]));
const asNumber = { "0": 0, "1": 1, "2": 2 } as const;
const retain = z.union([
  z.boolean(),
  z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1"),
  z.literal([0, 1]).transform(Boolean),
]);

const who = { username: z.string().min(1), clientid: z.string(), topic: z.string(), peerhost: z.string().optional() };

/** A publish without QoS or retain flag is a wrong template, and refused. A subscription has no retain flag: EMQX writes `undefined`. */
export const emqxAuthzSchema = z.discriminatedUnion("action", [
  z.object({ ...who, action: z.literal("publish"), qos: qos.transform((text) => asNumber[text]), retain }),
  z.object({ ...who, action: z.literal("subscribe"), qos: qos.transform((text) => asNumber[text]), retain: z.unknown().optional() }),
]);
export type EmqxAuthz = z.output<typeof emqxAuthzSchema>;

export function judgeEmqx(access: Access, question: EmqxAuthz): Decision {
  if (question.action === "subscribe") return access.subscribe({ filter: question.topic, qos: question.qos });
  return access.publish({ topic: question.topic, qos: question.qos, retain: question.retain });
}
