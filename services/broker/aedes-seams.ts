import type { AedesPublishPacket, Client } from "aedes";
import type { Connection } from "./connection";

/**
 * The parts of aedes 1.2.0 that its types do not tell and that we rely on, all in this file. `aedes-seams.test.ts` fails when
 * an upgrade changes one of them.
 */
interface ClientInternals {
  conn: unknown;
  /** Filter -> subscription; `func` is what aedes hands to the emitter for it. */
  subscriptions: Record<string, SubscriptionInternals>;
  /** Broker id -> counter of the last message delivered: aedes drops what comes with a lower one. */
  duplicates: Record<string, number>;
  will: unknown;
  _nextId: number;
}

interface SubscriptionInternals {
  qos: number;
  func: Deliver;
}

export type Deliver = (packet: AedesPublishPacket, done: () => void) => void;

/** What a client is subscribed to, as granted. */
export interface Subscriber {
  readonly filters: Map<string, { levels: string[]; qos: number }>;
  /** Topic -> highest granted QoS of the filters that match it. */
  readonly grantedQos: Map<string, number>;
}

/** Whose delivery function it is: one message goes to a client once, by its filter with the highest QoS (MQTT-3.3.5-1). */
export const owners = new WeakMap<Deliver, { subscriber: Subscriber; qos: number }>();
/**
 * aedes lowers a message to the QoS of the filter that is spelled like its topic, whatever other filters grant. The cap is ours
 * (rights.ts); above 2, aedes' own never applies, and a filter subscribed to again is always taken anew.
 */
const NO_CAP = 3;
const subscribers = new WeakMap<Client, Subscriber>();

export function subscriberOf(client: Client): Subscriber | undefined {
  return subscribers.get(client);
}

export function connectionOf(client: Client): Connection {
  return internals(client).conn as Connection;
}

/** Is this the will that aedes publishes as the client goes, and not a message of the client? */
export function isWill(client: Client, packet: object): boolean {
  return internals(client).will === packet;
}

/**
 * Takes two decisions over from aedes. De-duplication by rising counters loses messages that arrive out of order (a QoS 0 one
 * overtakes a QoS 1 one; finding 2 comes of it): the emitter delivers once per client instead, and the counters stay 0. And
 * each subscription is noted with its owner as aedes makes it. Message ids go on where the stored session left off.
 */
export function prepareClient(client: Client, firstMessageId: number): Subscriber {
  const subscriber: Subscriber = { filters: new Map(), grantedQos: new Map() };
  const inner = internals(client);
  inner.duplicates = new Proxy(Object.create(null), { get: () => 0, set: () => true });
  inner.subscriptions = new Proxy<Record<string, SubscriptionInternals>>(Object.create(null), {
    set(target, filter: string, subscription: SubscriptionInternals) {
      target[filter] = subscription;
      subscriber.filters.set(filter, { levels: filter.split("/"), qos: subscription.qos });
      subscriber.grantedQos.clear();
      owners.set(subscription.func, { subscriber, qos: subscription.qos });
      subscription.qos = NO_CAP;
      return true;
    },
    deleteProperty(target, filter: string) {
      subscriber.filters.delete(filter);
      subscriber.grantedQos.clear();
      return delete target[filter];
    },
  });
  inner._nextId = firstMessageId;
  subscribers.set(client, subscriber);
  return subscriber;
}

function internals(client: Client): ClientInternals {
  return client as unknown as ClientInternals;
}
