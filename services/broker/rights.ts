import type { AuthorizeForwardHandler, AuthorizePublishHandler, AuthorizeSubscribeHandler, Client, PublishPacket } from "aedes";
import { NO_WILL_AFTER } from "@/lib/domain/sessions/last-will";
import { filterMatchesTopic } from "@/lib/domain/tokens/topic-filter";
import { LIMITS } from "@/lib/protocol/limits";
import { connectionOf, isWill, type Subscriber, subscriberOf } from "./aedes-seams";
import type { Message } from "./policy";
import { grantedSubscriptions, type SessionStore } from "./session-store";

/** Where a message goes that is acknowledged and passed on to nobody: no `$`-topic is ever delivered. */
const NOWHERE = "$SYS/dropped";
/** Topics looked up per subscriber before the memory of them begins anew. */
const MEMO_SIZE = 256;

export interface DeliveryCounts {
  delivered: number;
  droppedForSlowSubscribers: number;
}

/** The three questions aedes asks, answered by the session of the client: publish, subscribe, and forward at each delivery. */
export function createRights(store: SessionStore, counts: DeliveryCounts) {
  const authorizePublish: AuthorizePublishHandler = (client, packet, answer) => {
    if (!client) return answer(null);
    const connection = connectionOf(client);
    const { session } = connection;
    const will = isWill(client, packet);
    if (will && connection.ending && NO_WILL_AFTER.has(connection.ending)) return answer(new Error("a will without authority"));
    const message = messageOf(packet);
    const weight = Buffer.byteLength(message.topic) + message.payload.length;
    if (!session.mayPublish(message)) {
      session.publishRefused(message);
      connection.cut("FORBIDDEN_ACCESS");
      if (!will) connection.settled(weight);
      return answer(new Error("not allowed to publish this"));
    }
    session.accept(message, (outcome) => {
      if (!will) connection.settled(weight);
      if (outcome === "drop") Object.assign(packet, { topic: NOWHERE, retain: false, payload: Buffer.alloc(0) });
      answer(null);
    });
  };

  const authorizeSubscribe: AuthorizeSubscribeHandler = (client, subscription, answer) => {
    const { session } = connectionOf(client);
    const { topic, qos } = subscription;
    const filters = subscriberOf(client)?.filters;
    const room = filters !== undefined && (filters.has(topic) || filters.size < session.maxSubscriptions);
    const granted = room && !topic.startsWith("$SYS") && !topic.startsWith("$share/") && session.maySubscribe(topic, qos);
    if (granted) grantedSubscriptions.add(subscription);
    else {
      session.subscribeRefused(topic, qos, !room);
      void store.removeSubscriptions(client, [topic]); // stored earlier, under a wider grant
    }
    answer(null, granted ? subscription : null);
  };

  const authorizeForward: AuthorizeForwardHandler = (client, packet) => {
    const connection = connectionOf(client);
    const { session } = connection;
    if (packet.topic.startsWith("$SYS") || !session.mayReceive(packet.topic)) return null;
    const qos = Math.min(packet.qos, grantedQos(subscriberOf(client), packet.topic) ?? session.maxQos) as 0 | 1 | 2;
    if (connection.ending) return later(store, client, qos);
    if (connection.writableLength > LIMITS.writeBufferBytes) {
      if (qos > 0) connection.cut("THROTTLED");
      else counts.droppedForSlowSubscribers++;
      return later(store, client, qos);
    }
    // A message that has its id comes from the replay of the queue; others wait for their turn behind it.
    if (qos > 0 && !client.clean && packet.messageId === undefined && !packet.retain && store.queueOf(client.id)?.holdsBack(packet.brokerCounter))
      return later(store, client, qos);
    packet.qos = qos;
    counts.delivered++;
    return packet;
  };

  return { authorizePublish, authorizeSubscribe, authorizeForward };
}

/** Not now; what a persistent session is owed stays in its queue. */
function later(store: SessionStore, client: Client, qos: number): null {
  if (qos > 0 && !client.clean) store.keepNext(client);
  return null;
}

function messageOf({ topic, payload, qos, retain }: PublishPacket): Message {
  return { topic, payload: typeof payload === "string" ? Buffer.from(payload) : payload, qos, retain };
}

/** MQTT-3.8.4-6, MQTT-3.3.5-1: no more than granted, by the best of the matching filters. Undefined when none matches. */
function grantedQos(subscriber: Subscriber | undefined, topic: string): number | undefined {
  if (!subscriber) return undefined;
  const known = subscriber.grantedQos.get(topic);
  if (known !== undefined) return known < 0 ? undefined : known;
  const levels = topic.split("/");
  let best = -1;
  for (const filter of subscriber.filters.values()) if (filter.qos > best && filterMatchesTopic(filter.levels, levels)) best = filter.qos;
  if (subscriber.grantedQos.size >= MEMO_SIZE) subscriber.grantedQos.clear();
  subscriber.grantedQos.set(topic, best);
  return best < 0 ? undefined : best;
}
