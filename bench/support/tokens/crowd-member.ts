import { generate } from "mqtt-packet";
import { type Client, connectFrame, logIn, openClient, PACKET, readPublish, subscribe } from "./client";
import { machineMs } from "./figures";
import type { Login } from "./login";

/** What one client of the crowd saw; times are `machineMs`. */
export interface Seen {
  /** It has an open MQTT session. */
  connected: boolean;
  /** When its connection was last closed. */
  closedAt: number | undefined;
  /** When the messages were sent that it received. */
  deliveredSentAt: number[];
  /** When it sent the messages that were acknowledged to it. */
  acceptedSentAt: number[];
}

const RETRY_MS = 20;
const UNAVAILABLE = 3;
const NO_ANSWER = -1;

/** A client with a persistent session: it acknowledges what it gets and notes when that was sent. */
export class Member {
  readonly seen: Seen = { connected: false, closedAt: undefined, deliveredSentAt: [], acceptedSentAt: [] };
  readonly #frame: Buffer;
  #client: Client | undefined;
  #lastId = 0;
  readonly #sent = new Map<number, number>();

  constructor(
    readonly login: Login,
    private readonly filter: string | undefined,
  ) {
    this.#frame = connectFrame(login, false);
  }

  /** Tries until it gets an answer that is not "unavailable". Answers the return code. */
  async connect(port: number, untilMs: number): Promise<number> {
    for (;;) {
      const code = await this.#try(port).catch(() => NO_ANSWER);
      if ((code !== NO_ANSWER && code !== UNAVAILABLE) || machineMs() > untilMs) return code;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #try(port: number): Promise<number> {
    const client = await openClient(port);
    client.onTraffic = (type, bytes, bodyAt) => this.#take(client, type, bytes, bodyAt);
    client.socket.once("close", () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      Object.assign(this.seen, { connected: false, closedAt: machineMs() });
    });
    const code = await logIn(client, this.#frame);
    if (code !== 0) {
      client.socket.destroy();
      return code;
    }
    this.#client = client;
    this.seen.connected = true;
    if (this.filter !== undefined) await subscribe(client, this.filter);
    return code;
  }

  #take(client: Client, type: number, bytes: Buffer, bodyAt: number): void {
    if (type === PACKET.publish) {
      const { id, payloadAt } = readPublish(bytes, bodyAt);
      this.seen.deliveredSentAt.push(bytes.readDoubleBE(payloadAt));
      client.socket.write(Buffer.from([PACKET.puback << 4, 2, id >> 8, id & 0xff]));
      return;
    }
    const id = bytes.readUInt16BE(bodyAt);
    const sentAt = this.#sent.get(id);
    this.#sent.delete(id);
    if (sentAt !== undefined) this.seen.acceptedSentAt.push(sentAt);
  }

  /** QoS 1. Nothing happens while it is not connected. */
  publish(topic: string, payload: Buffer): void {
    if (!this.#client) return;
    this.#lastId = (this.#lastId % 65_535) + 1;
    this.#sent.set(this.#lastId, machineMs());
    this.#client.socket.write(generate({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false, messageId: this.#lastId }));
  }
}
