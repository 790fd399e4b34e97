import { type Channel, type ConsumeMessage, connect } from "amqplib";

/** A message that waits in the queue until it is settled. */
export interface Delivery {
  routingKey: string;
  payload: Buffer;
  /** Takes it off the queue. Not called: RabbitMQ delivers it again, to whoever reads the queue next. */
  settle(): void;
}

/** One connection to one node, from its first delivery to its end. */
export interface QueueConnection {
  /** Resolves when it is over, for whatever reason. */
  ended: Promise<void>;
  /** Resolves when nothing that it delivered is still being worked on. */
  idle(): Promise<void>;
  /** No further deliveries; what was delivered can still be settled. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/** What our ingest reads. Its name and its bindings are in docs/other-brokers.md and in services/external/rabbitmq. */
const QUEUE = "sallyport.ingest";
const EXCHANGE = "amq.topic";
/** `sp/v1/{fleet}/{device}/up/#` as RabbitMQ writes it. */
const BINDING = "sp.v1.*.*.up.#";
const CONNECT_LIMIT_MS = 10_000;
const HEARTBEAT_SECONDS = 10;

/**
 * Connects once, declares the queue (durable and replicated), and reads it. At most `prefetch` messages are on their way. Rejects
 * when the node is away or refuses; reconnecting is the caller's.
 */
export async function openQueueConnection(url: string, options: { prefetch: number; onDelivery: (delivery: Delivery) => void }): Promise<QueueConnection> {
  const connection = await connect(withHeartbeat(url), { timeout: CONNECT_LIMIT_MS, clientProperties: { connection_name: "Sallyport ingest" } });
  // From the first moment to the last: an `error` that nobody hears would end the process. "close" follows.
  connection.on("error", () => {});
  let open = true;
  const ended = new Promise<void>((resolve) => {
    connection.once("close", () => {
      open = false;
      resolve();
    });
  });
  const close = async () => {
    if (open) await connection.close().catch(() => {});
  };
  try {
    const channel = await connection.createChannel();
    channel.on("error", () => {});
    channel.once("close", () => {
      open = false;
      void connection.close().catch(() => {});
    });
    const ledger = new Deliveries(channel, () => open);
    await channel.assertQueue(QUEUE, { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.bindQueue(QUEUE, EXCHANGE, BINDING);
    await channel.prefetch(options.prefetch);
    // Null: the queue was deleted or lost its leader. A new connection declares it again.
    const { consumerTag } = await channel.consume(QUEUE, (message) => (message ? options.onDelivery(ledger.take(message)) : void close()));
    return {
      ended,
      idle: () => ledger.idle(),
      pause: async () => {
        if (open) await channel.cancel(consumerTag).catch(() => {});
      },
      async close() {
        ledger.acknowledge();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function withHeartbeat(address: string): string {
  const url = new URL(address);
  url.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  return url.href;
}

/** Acknowledges in bulk: what a commit settles goes back as one frame, when everything before it is settled too. */
class Deliveries {
  #taken = 0;
  #settled = 0;
  #acknowledged = 0;
  #last: ConsumeMessage | undefined;
  #scheduled = false;
  #whenIdle: (() => void)[] = [];

  constructor(
    private readonly channel: Channel,
    private readonly open: () => boolean,
  ) {}

  take(message: ConsumeMessage): Delivery {
    this.#taken++;
    let settled = false;
    return {
      routingKey: message.fields.routingKey,
      payload: message.content,
      settle: () => {
        if (settled) return;
        settled = true;
        this.#settle(message);
      },
    };
  }

  #settle(message: ConsumeMessage): void {
    this.#settled++;
    if (message.fields.deliveryTag > (this.#last?.fields.deliveryTag ?? 0)) this.#last = message;
    if (this.#settled === this.#taken) for (const resolve of this.#whenIdle.splice(0)) resolve();
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.acknowledge();
    });
  }

  acknowledge(): void {
    const last = this.#last;
    // Tags count from 1 on each channel: as many settled as the highest tag says means that none before it is missing.
    if (!last || !this.open() || last.fields.deliveryTag !== this.#settled || this.#acknowledged === this.#settled) return;
    this.#acknowledged = this.#settled;
    this.channel.ack(last, true);
  }

  idle(): Promise<void> {
    return this.#settled === this.#taken ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
