import { z } from "zod";
import type { Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { compileAccess, type Decision } from "./evaluate";
import { tokenViewSchema } from "./token-view";
import { filterProblem, type TopicProblem, topicProblem } from "./topic-filter";

export const whoCanSchema = z.object({
  /** In full. */
  topic: z.string(),
  action: z.enum(["publish", "subscribe"]),
  allowed: z.array(z.object({ token: tokenViewSchema, scope: z.number().int() })),
  /** A scope of theirs allows it, and a deny of theirs stops it. */
  stopped: z.array(z.object({ token: tokenViewSchema, scope: z.number().int() })),
  allowedTotal: z.number().int(),
  stoppedTotal: z.number().int(),
});
export type WhoCan = z.output<typeof whoCanSchema>;

export type WhoCanQuestion = Pick<WhoCan, "topic" | "action">;

/** In full: `sp/v1/{fleet}/` may be left out by who asks. */
export function fullTopic(topic: string, fleetId: string): string {
  return topic === TOPIC_ROOT || topic.startsWith(`${TOPIC_ROOT}/`) ? topic : `${TOPIC_ROOT}/${fleetId}/${topic}`;
}

export type AskedProblem = TopicProblem | "other_fleet";

/** Why nobody of this fleet ever could; undefined when it can be asked. Published is to one topic; subscribed to a filter too. */
export function askedProblem({ topic, action }: WhoCanQuestion, fleetId: string): AskedProblem | undefined {
  const problem = action === "publish" ? topicProblem(topic) : filterProblem(topic);
  return problem ?? (topic.startsWith(`${TOPIC_ROOT}/${fleetId}/`) ? undefined : "other_fleet");
}

/** The device that a topic names, when it names one: only few tokens can be about it. */
export function deviceLevel(topic: string): string | undefined {
  const level = topic.split("/")[3];
  return level === undefined || level === "+" || level === "#" ? undefined : level;
}

export type Standing = { standing: "allowed" | "stopped"; scope: number } | { standing: "nothing" };

/**
 * How a grant stands to a topic, by the evaluator that the brokers ask. At QoS 0 and not retained: the least that could be asked;
 * a grant that allows only other messages is found by QoS 1, 2 and retained ones.
 */
export function standingOf(scopes: readonly Scope[], question: WhoCanQuestion): Standing {
  const decisions = decide(scopes, question);
  const allowing = decisions.find(({ verdict }) => verdict === "ALLOWED");
  if (allowing?.scope !== undefined) return { standing: "allowed", scope: allowing.scope };
  const denying = decisions.find(({ verdict }) => verdict === "EXPLICIT_DENY");
  if (denying?.scope === undefined) return { standing: "nothing" };
  const allows = scopes.filter(({ permission }) => permission === "allow");
  const would = decide(allows, question).some(({ verdict }) => verdict === "ALLOWED");
  return would ? { standing: "stopped", scope: denying.scope } : { standing: "nothing" };
}

function decide(scopes: readonly Scope[], { topic, action }: WhoCanQuestion): Decision[] {
  const access = compileAccess(scopes);
  const levels = [0, 1, 2] as const;
  if (action === "subscribe") return levels.map((qos) => access.subscribe({ filter: topic, qos }));
  return [false, true].flatMap((retain) => levels.map((qos) => access.publish({ topic, qos, retain })));
}
