/** A message on its way to a subscriber, or the PUBREL that took its place (QoS 2, section 4.3.3). */
export interface QueuedPacket {
  cmd: string;
  /** Rises with every message of this broker: which message it is, whatever its message id. */
  brokerCounter: number;
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
  dup: boolean;
  /** Set once it was sent. */
  messageId?: number | undefined;
}

/**
 * What one persistent session has not acknowledged yet, oldest first. Bounded: past the bounds the oldest that was never sent
 * goes, or else the oldest.
 */
export class StoredQueue {
  readonly #entries = new Set<QueuedPacket>();
  readonly #byCounter = new Map<number, QueuedPacket>();
  readonly #byId = new Map<number, QueuedPacket>();
  #bytes = 0;
  /** True from the connect until all that waited was sent: newer messages wait behind it. */
  replaying = false;
  /** The next message id of this session, over all its connections. */
  nextId = 1 + Math.floor(Math.random() * 65_535);

  constructor(private readonly bounds: { messages: number; bytes: number }) {}

  get length(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers how many were pushed out to make room. */
  add(packet: QueuedPacket): number {
    this.#entries.add(packet);
    this.#byCounter.set(packet.brokerCounter, packet);
    this.#bytes += packet.payload.length;
    let dropped = 0;
    for (; this.#entries.size > 1 && (this.#entries.size > this.bounds.messages || this.#bytes > this.bounds.bytes); dropped++) this.#dropOldest();
    return dropped;
  }

  #dropOldest(): void {
    let oldest: QueuedPacket | undefined;
    for (const entry of this.#entries) {
      oldest ??= entry;
      if (entry.messageId !== undefined) continue;
      oldest = entry;
      break;
    }
    if (oldest) this.#remove(oldest);
  }

  #remove(entry: QueuedPacket): void {
    this.#entries.delete(entry);
    this.#byCounter.delete(entry.brokerCounter);
    if (entry.messageId !== undefined) this.#byId.delete(entry.messageId);
    this.#bytes -= entry.payload.length;
  }

  /** Does it wait for its turn, or for its acknowledgement? Then it is not to be sent (again) now. */
  holdsBack(brokerCounter: number): boolean {
    const entry = this.#byCounter.get(brokerCounter);
    return entry !== undefined && (this.replaying || entry.messageId !== undefined);
  }

  /** The message is being sent under `packet.messageId`; that id is changed when another message still uses it. */
  sending(packet: { brokerCounter: number; messageId?: number | undefined }): void {
    const entry = this.#byCounter.get(packet.brokerCounter);
    if (!entry) return;
    if (entry.messageId !== undefined) this.#byId.delete(entry.messageId);
    let id = packet.messageId ?? this.nextId;
    while (this.#byId.has(id)) id = after(id);
    packet.messageId = id;
    entry.messageId = id;
    this.#byId.set(id, entry);
    this.nextId = after(id);
  }

  /** PUBREC came: from now on the PUBREL is what waits for an answer. */
  released(messageId: number): void {
    const entry = this.#byId.get(messageId);
    if (!entry) return;
    this.#bytes -= entry.payload.length;
    entry.cmd = "pubrel";
    entry.payload = Buffer.alloc(0);
  }

  /** PUBACK or PUBCOMP came. Answers what it acknowledges. */
  acknowledged(messageId: number): QueuedPacket | undefined {
    const entry = this.#byId.get(messageId);
    if (entry) this.#remove(entry);
    return entry;
  }

  /** It must not be sent after all. */
  withdraw(brokerCounter: number): void {
    const entry = this.#byCounter.get(brokerCounter);
    if (entry) this.#remove(entry);
  }

  /** All that waits, oldest first, and what is added meanwhile; what was sent before goes out again as a duplicate (MQTT-3.3.1-1). */
  *replay(): Generator<QueuedPacket> {
    this.replaying = true;
    try {
      for (const entry of this.#entries) yield entry.messageId === undefined || entry.cmd === "pubrel" ? entry : { ...entry, dup: true };
    } finally {
      this.replaying = false;
    }
  }
}

function after(id: number): number {
  return id >= 65_535 ? 1 : id + 1;
}
