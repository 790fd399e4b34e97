import { generate } from "mqtt-packet";
import { serve } from "../worker";
import { type Client, connectFrame, logIn, openClient, PACKET, readPublish, subscribe } from "./client";
import { machineMs } from "./figures";
import type { Login } from "./login";

// The load of a fan-in: publishers that keep `window` messages of QoS 1 each on the way, and one subscriber that acknowledges.

export interface Target {
  name: string;
  port: number;
  /** Each publishes to the topic of the same place. */
  publishers: readonly Login[];
  topics: readonly string[];
  subscriber: Login;
  filter: string;
  window: number;
  payloadBytes: number;
}

interface Publisher {
  client: Client;
  /** The frames of one window, twice in a row: any run of up to a window of them is one piece. */
  frames: Buffer;
  frameBytes: number;
  sent: number;
  acknowledged: number;
  delivered: number;
}

/** First byte and remaining length. */
const PUBACK = 0x4002;

const fanIns = new Map<string, FanIn>();

class FanIn {
  #running = false;
  #touched = new Set<Publisher>();
  readonly #acks = Buffer.alloc(64 * 1024);
  #ackBytes = 0;
  delivered = 0;

  constructor(
    private readonly publishers: readonly Publisher[],
    subscriber: Client,
    private readonly window: number,
  ) {
    subscriber.onTraffic = (type, bytes, bodyAt) => {
      if (type === PACKET.publish) this.#arrived(bytes, bodyAt);
    };
    subscriber.onRead = () => {
      if (this.#ackBytes > 0) subscriber.socket.write(Buffer.from(this.#acks.subarray(0, this.#ackBytes)));
      this.#ackBytes = 0;
      for (const publisher of this.#touched) this.#send(publisher);
      this.#touched.clear();
    };
    for (const publisher of publishers) {
      publisher.client.onTraffic = () => publisher.acknowledged++;
      publisher.client.onRead = () => this.#send(publisher);
    }
  }

  #arrived(bytes: Buffer, bodyAt: number): void {
    const { id, payloadAt } = readPublish(bytes, bodyAt);
    this.#acks.writeUInt16BE(PUBACK, this.#ackBytes);
    this.#acks.writeUInt16BE(id, this.#ackBytes + 2);
    this.#ackBytes += 4;
    const publisher = this.publishers[bytes.readUInt16BE(payloadAt)];
    if (!publisher) throw new Error("a message that nobody sent");
    publisher.delivered++;
    this.delivered++;
    this.#touched.add(publisher);
  }

  /** Up to the window, of messages that are acknowledged and have arrived: nothing piles up anywhere. */
  #send(publisher: Publisher): void {
    const room = this.window - (publisher.sent - Math.min(publisher.acknowledged, publisher.delivered));
    if (!this.#running || room <= 0) return;
    const at = (publisher.sent % this.window) * publisher.frameBytes;
    publisher.sent += room;
    publisher.client.socket.write(publisher.frames.subarray(at, at + room * publisher.frameBytes));
  }

  /** Resolves with the rate of deliveries, when everything that was sent has arrived. */
  async run(seconds: number): Promise<{ messagesPerSecond: number; messages: number }> {
    const began = machineMs();
    const before = this.delivered;
    this.#running = true;
    for (const publisher of this.publishers) this.#send(publisher);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    this.#running = false;
    const messagesPerSecond = (this.delivered - before) / ((machineMs() - began) / 1000);
    const deadline = machineMs() + 10_000;
    while (this.publishers.some(({ sent, acknowledged, delivered }) => acknowledged < sent || delivered < sent)) {
      if (machineMs() > deadline) throw new Error("messages did not arrive");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { messagesPerSecond, messages: this.delivered - before };
  }
}

async function join(port: number, login: Login): Promise<Client> {
  const client = await openClient(port);
  const code = await logIn(client, connectFrame(login));
  if (code !== 0) throw new Error(`${login.clientId} was refused with ${code}`);
  return client;
}

/** Pre-encoded: all frames of a publisher differ in nothing but their message id. */
function framesOf(topic: string, index: number, { window, payloadBytes }: Target): { frames: Buffer; frameBytes: number } {
  const payload = Buffer.alloc(payloadBytes, 0x20);
  payload.writeUInt16BE(index);
  const ring = Array.from({ length: window }, (_, at) => generate({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false, messageId: at + 1 }));
  return { frames: Buffer.concat([...ring, ...ring]), frameBytes: ring[0]?.length ?? 0 };
}

const api = serve({
  async open(target: Target): Promise<void> {
    const subscriber = await join(target.port, target.subscriber);
    await subscribe(subscriber, target.filter);
    const publishers: Publisher[] = [];
    for (const [index, login] of target.publishers.entries())
      publishers.push({
        client: await join(target.port, login),
        ...framesOf(target.topics[index] ?? "", index, target),
        sent: 0,
        acknowledged: 0,
        delivered: 0,
      });
    fanIns.set(target.name, new FanIn(publishers, subscriber, target.window));
  },
  async run({ name, seconds }: { name: string; seconds: number }): Promise<{ messagesPerSecond: number; messages: number }> {
    const fanIn = fanIns.get(name);
    if (!fanIn) throw new Error(`no target ${name}`);
    return fanIn.run(seconds);
  },
});
export type FanInLoad = typeof api;
