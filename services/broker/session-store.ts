import { Readable } from "node:stream";
import type { AedesPublishPacket, Client, Subscription } from "aedes";
import { filterMatchesTopic } from "@/lib/domain/tokens/topic-filter";
import { FilterTree } from "./filter-tree";
import { type QueuedPacket, StoredQueue } from "./stored-queue";

interface StoredSession {
  clientId: string;
  owner: string;
  filters: Map<string, number>;
  queue: StoredQueue;
  /** Message ids of QoS 2 messages that came in and wait for their PUBREL. */
  incoming: Set<number>;
}

type OfflineMatch = { session: StoredSession; qos: number };
type Acknowledgement = { cmd?: string; messageId?: number; brokerCounter?: number };

/** Filters that were granted, by the hook that decides: aedes hands over the whole SUBSCRIBE, refused ones included (finding 3). */
export const grantedSubscriptions = new WeakSet<object>();

/**
 * What outlives a connection, in memory: persistent sessions with their granted subscriptions and bounded queues, and retained
 * messages. A broker restart empties it; docs/broker.md says what that means. The methods are those that aedes calls.
 */
export class SessionStore {
  readonly #sessions = new Map<string, StoredSession>();
  readonly #retained = new Map<string, { packet: AedesPublishPacket; levels: string[] }>();
  readonly #offline = new FilterTree<OfflineMatch>();
  readonly #matches = new Map<string, Map<string, OfflineMatch>>();
  readonly #cleanIncoming = new WeakMap<object, Set<number>>();
  /** Clients whose next message is refused for now, but stays in their queue. */
  readonly #keepNext = new WeakSet<object>();
  droppedFromQueues = 0;

  constructor(private readonly bounds: { messages: number; bytes: number; retained: number }) {}

  /** A client connects: answers whether there is a stored session, which a clean one removes (MQTT-3.1.2-6). */
  begin(clientId: string, { clean, owner }: { clean: boolean; owner: string }): { present: boolean; nextId: number } {
    const known = this.#sessions.get(clientId);
    if (clean) {
      this.forget(clientId);
      return { present: false, nextId: 1 };
    }
    if (known) known.owner = owner;
    else this.#sessions.set(clientId, { clientId, owner, filters: new Map(), queue: new StoredQueue(this.bounds), incoming: new Set() });
    return { present: known !== undefined, nextId: known?.queue.nextId ?? 1 };
  }

  /** Removes a session with its subscriptions and its queue. */
  forget(clientId: string): void {
    const session = this.#sessions.get(clientId);
    if (!session) return;
    for (const filter of session.filters.keys()) this.#removeFilter(session, filter);
    this.#sessions.delete(clientId);
  }

  /** Removes the sessions whose owner is gone for good (a revoked token). */
  forgetOwners(isGone: (owner: string) => boolean): void {
    for (const session of [...this.#sessions.values()]) if (isGone(session.owner)) this.forget(session.clientId);
  }

  /** Removes a retained message without telling subscribers. */
  clearRetained(topic: string): void {
    this.#retained.delete(topic);
  }

  queueOf(clientId: string): StoredQueue | undefined {
    return this.#sessions.get(clientId)?.queue;
  }

  get counts(): { sessions: number; retained: number } {
    return { sessions: this.#sessions.size, retained: this.#retained.size };
  }

  /** The next refusal to forward leaves the message queued: it is a matter of time, not of permission. */
  keepNext(client: object): void {
    this.#keepNext.add(client);
  }

  #removeFilter(session: StoredSession, filter: string): void {
    session.filters.delete(filter);
    const matches = this.#matches.get(session.clientId);
    const match = matches?.get(filter);
    if (match) this.#offline.remove(filter, match);
    matches?.delete(filter);
    if (matches?.size === 0) this.#matches.delete(session.clientId);
  }

  #addFilter(session: StoredSession, filter: string, qos: number): void {
    this.#removeFilter(session, filter);
    session.filters.set(filter, qos);
    if (qos === 0) return; // Nothing is queued for QoS 0.
    const match = { session, qos };
    const matches = this.#matches.get(session.clientId) ?? new Map<string, OfflineMatch>();
    this.#matches.set(session.clientId, matches.set(filter, match));
    this.#offline.add(filter, match);
  }

  // ---- called by aedes ----

  async setup(): Promise<void> {}

  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else if (this.#retained.size < this.bounds.retained || this.#retained.has(packet.topic))
      this.#retained.set(packet.topic, { packet: { ...packet }, levels: packet.topic.split("/") });
  }

  createRetainedStreamCombi(filters: string[]): Readable {
    return Readable.from(this.#retainedFor(filters));
  }

  *#retainedFor(filters: string[]): Generator<AedesPublishPacket> {
    for (const filter of filters) {
      const levels = filter.split("/");
      const wild = levels[0] === "+" || levels[0] === "#";
      if (!levels.includes("+") && !levels.includes("#")) {
        const exact = this.#retained.get(filter);
        if (exact) yield exact.packet;
        continue;
      }
      for (const [topic, entry] of this.#retained) if (!(wild && topic.startsWith("$")) && filterMatchesTopic(levels, entry.levels)) yield entry.packet;
    }
  }

  async addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<void> {
    const session = this.#sessions.get(client.id);
    if (session)
      for (const subscription of subscriptions) if (grantedSubscriptions.has(subscription)) this.#addFilter(session, subscription.topic, subscription.qos);
  }

  async removeSubscriptions(client: Client, filters: string[]): Promise<void> {
    const session = this.#sessions.get(client.id);
    if (session) for (const filter of filters) this.#removeFilter(session, filter);
  }

  async subscriptionsByClient({ id }: { id: string }): Promise<{ topic: string; qos: number }[]> {
    return [...(this.#sessions.get(id)?.filters ?? [])].map(([topic, qos]) => ({ topic, qos }));
  }

  /** A clean session begins; `begin` has removed the old one. */
  async cleanSubscriptions(): Promise<void> {}

  /** One entry per session, with the highest QoS of its matching filters. */
  async subscriptionsByTopic(topic: string): Promise<{ clientId: string; topic: string; qos: number }[]> {
    const best = new Map<string, number>();
    this.#offline.match(topic, ({ session, qos }) => best.set(session.clientId, Math.max(qos, best.get(session.clientId) ?? 0)));
    return [...best].map(([clientId, qos]) => ({ clientId, topic, qos }));
  }

  async outgoingEnqueue(subscription: { clientId: string; qos?: number }, packet: QueuedPacket): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet);
  }

  async outgoingEnqueueCombi(subscriptions: { clientId: string; qos?: number }[], packet: QueuedPacket): Promise<void> {
    for (const { clientId, qos = packet.qos } of subscriptions) {
      const queue = this.queueOf(clientId);
      if (!queue) continue;
      // Field by field: whatever else hangs on the packet belongs to its publisher.
      const { cmd, brokerCounter, topic, payload } = packet;
      this.droppedFromQueues += queue.add({ cmd, brokerCounter, topic, payload, qos: Math.min(qos, packet.qos), retain: false, dup: false });
    }
  }

  async outgoingUpdate(client: Client, packet: QueuedPacket): Promise<void> {
    const queue = this.queueOf(client.id);
    if (packet.cmd !== "pubrel") queue?.sending(packet);
    else if (packet.messageId !== undefined) queue?.released(packet.messageId);
  }

  async outgoingClearMessageId(client: Client, { messageId, brokerCounter }: Acknowledgement): Promise<QueuedPacket | undefined> {
    const queue = this.queueOf(client.id);
    if (messageId !== undefined) return queue?.acknowledged(messageId);
    if (!this.#keepNext.delete(client) && brokerCounter !== undefined) queue?.withdraw(brokerCounter);
    return undefined;
  }

  outgoingStream(client: Client): Readable {
    return Readable.from(this.queueOf(client.id)?.replay() ?? []);
  }

  async incomingStorePacket(client: Client, { messageId = 0 }: Acknowledgement): Promise<void> {
    this.#incoming(client).add(messageId);
  }

  async incomingGetPacket(client: Client, { messageId = 0 }: Acknowledgement): Promise<{ messageId: number }> {
    if (!this.#incoming(client).has(messageId)) throw new Error("no such packet");
    return { messageId };
  }

  async incomingDelPacket(client: Client, { messageId = 0 }: Acknowledgement): Promise<void> {
    if (!this.#incoming(client).delete(messageId)) throw new Error("no such packet");
  }

  /** Of a clean session nothing is kept by id: what hangs on the connection goes with it. */
  async cleanIncoming(): Promise<void> {}

  #incoming(client: Client): Set<number> {
    const stored = this.#sessions.get(client.id)?.incoming ?? this.#cleanIncoming.get(client);
    if (stored) return stored;
    const fresh = new Set<number>();
    this.#cleanIncoming.set(client, fresh);
    return fresh;
  }

  // Wills live with their connection; one of another broker is not ours to publish.
  async putWill(): Promise<void> {}
  async delWill(): Promise<void> {}
  streamWill(): Readable {
    return Readable.from([]);
  }
}
