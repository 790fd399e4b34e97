import type { AccessCheck } from "../tokens/explanation";
import type { RefusedAction } from "./refusal-reasons";

interface Tried {
  action: RefusedAction;
  topic: string;
  qos: number | null;
  retain: boolean | null;
}

/**
 * What was tried, as a question to the evaluator; undefined of a connection without a will. A will is a publish. RabbitMQ tells
 * neither QoS nor retain flag: 0 and false stand for them.
 */
export function checkOfRefusal({ action, topic, qos, retain }: Tried): AccessCheck | undefined {
  if (topic === "") return undefined;
  return { action: action === "subscribe" ? "subscribe" : "publish", topic, qos: qos === 1 || qos === 2 ? qos : 0, retain: retain ?? false };
}
