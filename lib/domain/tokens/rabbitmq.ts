import type { Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import type { Access, Decision } from "./evaluate";

/** RabbitMQ's `rabbitmq_auth_backend_http` (wire-formats W3), as its MQTT plugin 3.10 calls it. */

const EXCHANGE = "amq.topic";
/** AMQP 0-9-1 section 4.2.5.3: a routing key is a short string. A longer one would break the ingest's AMQP consumer. */
const ROUTING_KEY_BYTES = 255;

/** A form body, strictly: undefined for bad escapes, bytes that are no UTF-8, or a field given twice. */
export function parseHookForm(body: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  try {
    for (const pair of body.split("&")) {
      const at = pair.indexOf("=");
      if (at < 1) return undefined;
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)].map((part) => decodeURIComponent(part.replaceAll("+", " ")));
      if (name === undefined || value === undefined || fields.has(name)) return undefined;
      fields.set(name, value);
    }
  } catch {
    return undefined;
  }
  return fields;
}

/**
 * The MQTT topic or filter behind a routing key: the plugin wrote `.` for `/` and `*` for `+`. A dot or star that the client
 * itself sent comes out as separator or wildcard, which is also how RabbitMQ routes it, so that is what is judged.
 */
export function topicOfRoutingKey(routingKey: string): string {
  return routingKey.replaceAll(".", "/").replaceAll("*", "+");
}

/**
 * A deny scope with a dot cannot be kept: in AMQP the same key is reached by another spelling. Such a grant does not enter.
 */
export function rabbitmqKeepsScopes(scopes: readonly Scope[]): boolean {
  return !scopes.some(({ permission, topic }) => permission === "deny" && topic.includes("."));
}

/**
 * A publish below a device's `up/` by anybody else. RabbitMQ tells the ingest nothing of the publisher, so the topic is all that
 * says whose reading it is: where it is ingested, only the device itself may publish there, whatever a grant says.
 */
export function speaksForAnother(routingKey: string, subject: string): boolean {
  const [root, version, , device, direction] = topicOfRoutingKey(routingKey).split("/");
  return `${root}/${version}` === TOPIC_ROOT && direction === "up" && device !== subject;
}

const QOS = [0, 1, 2] as const;

/**
 * RabbitMQ tells neither QoS nor retain flag. Allowed is what the grant allows for some of them and denies for none: a limit of
 * an allow is not kept there, a deny with a limit holds for all.
 */
export function judgeRabbitmqTopic(access: Access, permission: string, routingKey: string): Decision {
  const topic = topicOfRoutingKey(routingKey);
  if (new TextEncoder().encode(routingKey).length > ROUTING_KEY_BYTES) return { verdict: "IMPLICIT_DENY", scope: undefined, problem: "too_long" };
  if (permission === "write") return judgeBlind(QOS.flatMap((qos) => [false, true].map((retain) => access.publish({ topic, qos, retain }))));
  if (permission === "read") return judgeBlind(QOS.map((qos) => access.subscribe({ filter: topic, qos })));
  return { verdict: "IMPLICIT_DENY", scope: undefined, problem: undefined };
}

function judgeBlind(decisions: readonly Decision[]): Decision {
  const by = (verdict: Decision["verdict"]) => decisions.find((decision) => decision.verdict === verdict);
  return by("EXPLICIT_DENY") ?? by("ALLOWED") ?? decisions[0] ?? { verdict: "IMPLICIT_DENY", scope: undefined, problem: undefined };
}

export interface RabbitmqResource {
  resource: string;
  name: string;
  permission: string;
}

/** The client's own subscription queue and the one exchange, nothing else. What goes through the exchange is asked by topic. */
export function rabbitmqResourceAllowed({ resource, name, permission }: RabbitmqResource, clientId: string, scopes: readonly Scope[]): boolean {
  const may = (action: "publish" | "subscribe") => scopes.some((scope) => scope.permission === "allow" && (scope.action === action || scope.action === "all"));
  if (resource === "queue") {
    const own = name === `mqtt-subscription-${clientId}qos0` || name === `mqtt-subscription-${clientId}qos1`;
    return own && ["configure", "read", "write"].includes(permission) && may("subscribe");
  }
  if (resource !== "exchange" || name !== EXCHANGE) return false;
  return (permission === "read" && may("subscribe")) || (permission === "write" && may("publish"));
}

/** The topic question is about the one exchange only. */
export function isRabbitmqTopicExchange(resource: string, name: string): boolean {
  return resource === "topic" && name === EXCHANGE;
}
