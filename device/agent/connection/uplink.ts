import mqtt, { type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { type DownKind, topics, type UpKind } from "@/lib/protocol/topics";
import type { OutgoingBuffer } from "../buffer/outgoing-buffer";
import { type BackOff, backOffDelayMs, NETWORK_BACK_OFF, REFUSED_BACK_OFF } from "./back-off";
import { type ConnectionFailure, describeFailure } from "./failure";
import { mayListen, readOwnToken } from "./own-token";

/** Broker to dial. `tls`: true trusts the system's authorities, `ca` (PEM) adds one. */
export interface BrokerAddress {
  host: string;
  port: number;
  tls?: boolean | { ca?: string | Buffer; serverName?: string };
}

export interface UplinkOptions extends BrokerAddress {
  fleet: string;
  device: string;
  /** Asked at every connect, so that a renewed token is taken up. Undefined: connects without one (and is refused). */
  token: () => string | undefined;
  buffer: OutgoingBuffer;
  keepAliveSeconds?: number;
  /** Messages sent and not yet acknowledged, at most. */
  inFlightLimit?: number;
  backOff?: { network?: BackOff; refused?: BackOff };
  random?: () => number;
  onConnected?: () => void;
  onDisconnected?: (failure: ConnectionFailure | undefined) => void;
  /** The attempt failed; the next is in `retryMs`. */
  onFailed?: (failure: ConnectionFailure, retryMs: number) => void;
  /** Last change before a message leaves; undefined: it may not leave yet, and everything behind it waits too. Call `wake` when it may. */
  prepare?: (seq: number, payload: Uint8Array) => Uint8Array | undefined;
  /** Subscribed to at each connection, before `onConnected`; what comes there. `asked`: only with a token that allows it for sure. */
  inboxes?: readonly { kind: DownKind; onMessage: (payload: Uint8Array) => void; asked?: boolean }[];
  /** What comes on `down/command/{id}`. Listened to at each connection whose token allows it, before `onConnected`. */
  onCommand?: (id: string, payload: Uint8Array) => void;
  /** Called before the first byte leaves, again for every resend. */
  onSending?: (seq: number) => void;
  onAcknowledged?: (seq: number) => void;
}

/** A connection that lasted this long was a good one: the next trouble starts the back-off anew. */
const GOOD_CONNECTION_MS = 10_000;
/** For the DISCONNECT to leave. A supervisor that stops everything is not patient. */
const GOODBYE_MS = 500;

/**
 * Keeps one outbound MQTT connection up and sends the buffer through it, oldest first. Modes: idle -> connecting -> connected
 * -> waiting -> connecting ...; `cut` and `stop` lead back to idle. Every connection is a new mqtt.js client with nothing
 * queued inside: the buffer alone knows what is unacknowledged (mqtt.js drops queued messages while it replays, its issue 2015).
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #random: () => number;
  #client: MqttClient | undefined;
  /** Connections of a device that lost its power: the far end has not noticed yet. */
  #ghosts: MqttClient[] = [];
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #connectedAt = 0;
  #cursor = 0;
  readonly #inFlight = new Set<number>();
  #drained: (() => void) | undefined;
  #isPaused = false;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  get isConnected(): boolean {
    return this.#client?.connected === true;
  }

  /** Begins to connect after a delay, and keeps at it until `cut` or `stop`. */
  start(delayMs = 0): void {
    if (this.#client || this.#timer) return;
    this.#isPaused = false;
    this.#attempt = 0;
    this.#wait(delayMs);
  }

  /** Waits no longer for the next attempt: there is a reason to think that it goes better. */
  retryNow(): void {
    if (this.#client || !this.#timer) return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#wait(0);
  }

  /** There may be new messages in the buffer. */
  wake(): void {
    if (!this.isConnected || this.#isPaused) return;
    for (const { seq, payload } of this.#options.buffer.read(this.#cursor, (this.#options.inFlightLimit ?? 32) - this.#inFlight.size)) {
      const prepared = this.#options.prepare ? this.#options.prepare(seq, payload) : payload;
      if (!prepared) return;
      this.#cursor = seq;
      this.#send(seq, prepared);
    }
  }

  /** Sends one message that is not worth keeping. Resolves true at its PUBACK, false when there is or was no connection. */
  publish(kind: Exclude<UpKind, "command">, payload: Uint8Array): Promise<boolean> {
    return this.#publish(topics.up(this.#options.fleet, this.#options.device, kind), payload);
  }

  /** The same, for what this device answers to a command. */
  answer(id: string, payload: Uint8Array): Promise<boolean> {
    return this.#publish(topics.commandAnswer(this.#options.fleet, this.#options.device, id), payload);
  }

  #publish(topic: string, payload: Uint8Array): Promise<boolean> {
    const client = this.#client;
    if (!client || !this.isConnected) return Promise.resolve(false);
    return new Promise((resolve) => {
      // `end` settles what is open when the connection closes.
      client.publish(topic, Buffer.from(payload), { qos: 1 }, (error) => resolve(!error));
    });
  }

  /**
   * Ends the connection without a goodbye and stays away until `start`. `silently`: as a power cut does, no packet at all
   * leaves any more and the broker has to find out by the keep-alive; otherwise the broker sees the connection break.
   */
  cut(options: { silently: boolean }): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const client = this.#client;
    this.#client = undefined;
    this.#forgetConnection();
    if (!client) return;
    if (options.silently && client.connected) {
      client.keepaliveManager.destroy();
      client.stream.cork();
      client.stream.pause();
      this.#ghosts.push(client);
    } else end(client);
  }

  /** Waits a moment for what is in flight, says goodbye (DISCONNECT) and stays away. */
  async stop(options: { drainMs?: number } = {}): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPaused = true;
    this.#endGhosts();
    const client = this.#client;
    if (client?.connected && this.#inFlight.size > 0)
      await within(options.drainMs ?? 1_000, (resolve) => {
        this.#drained = resolve;
      });
    this.#client = undefined;
    this.#forgetConnection();
    if (!client) return;
    if (client.connected)
      await within(GOODBYE_MS, (resolve) => {
        client.once("close", resolve);
        // mqtt.js would hold its DISCONNECT back until all acknowledgements are in.
        client.stream.end(generate({ cmd: "disconnect" }));
      });
    end(client);
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, delayMs);
  }

  #connect(): void {
    const { host, port, tls, device, keepAliveSeconds } = this.#options;
    const token = this.#options.token();
    const client = mqtt.connect({
      protocol: tls ? "mqtts" : "mqtt",
      host,
      port,
      ...(typeof tls === "object" && { ca: tls.ca, servername: tls.serverName }),
      protocolVersion: 4,
      clientId: device,
      clean: true,
      username: device,
      password: token,
      keepalive: keepAliveSeconds ?? 30,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#client = client;
    let error: unknown;
    const keepFirst = (thrown: unknown) => {
      error ??= thrown;
    };
    client.on("error", keepFirst);
    client.stream.on("error", keepFirst);
    client.on("connect", () => this.#connected(client));
    client.on("close", () => this.#closed(client, error, token));
  }

  #connected(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#connectedAt = Date.now();
    this.#endGhosts();
    this.#forgetConnection();
    this.#openInboxes(client);
    this.#hearCommands(client);
    this.#options.onConnected?.();
    this.wake();
  }

  #openInboxes(client: MqttClient): void {
    const { inboxes = [], fleet, device, token } = this.#options;
    for (const { kind, onMessage, asked } of inboxes) {
      const topic = topics.down(fleet, device, kind);
      if (asked && !mayListen(token(), topic)) continue;
      client.on("message", (name, payload) => {
        if (name === topic && client === this.#client) onMessage(payload);
      });
      // A token that does not allow it is no error: then nothing comes.
      client.subscribe(topic, { qos: 1 }, () => {});
    }
  }

  #hearCommands(client: MqttClient): void {
    const { fleet, device, onCommand } = this.#options;
    const filter = topics.commands(fleet, device);
    if (!onCommand || !mayListen(this.#options.token(), filter)) return;
    const stem = filter.slice(0, -1);
    client.on("message", (name, payload) => {
      if (client === this.#client && name.startsWith(stem)) onCommand(name.slice(stem.length), payload);
    });
    client.subscribe(filter, { qos: 1 }, () => {});
  }

  #closed(client: MqttClient, error: unknown, token: string | undefined): void {
    end(client);
    if (client !== this.#client) return;
    this.#client = undefined;
    const failure = describeFailure(error, { expiresAt: token === undefined ? undefined : readOwnToken(token).expiresAt, now: Date.now() });
    if (this.#connectedAt > 0) {
      if (Date.now() - this.#connectedAt >= GOOD_CONNECTION_MS) this.#attempt = 0;
      this.#connectedAt = 0;
      this.#forgetConnection();
      this.#options.onDisconnected?.(failure);
    }
    if (this.#isPaused) return;
    const isSlow = failure.kind === "refused" || failure.kind === "certificate";
    const backOff = isSlow ? (this.#options.backOff?.refused ?? REFUSED_BACK_OFF) : (this.#options.backOff?.network ?? NETWORK_BACK_OFF);
    const retryMs = backOffDelayMs(this.#attempt++, backOff, this.#random());
    this.#options.onFailed?.(failure, retryMs);
    this.#wait(retryMs);
  }

  #send(seq: number, payload: Uint8Array): void {
    const client = this.#client;
    if (!client) return;
    this.#inFlight.add(seq);
    this.#options.onSending?.(seq);
    client.publish(topics.up(this.#options.fleet, this.#options.device, "telemetry"), Buffer.from(payload), { qos: 1 }, (error) => {
      if (error || client !== this.#client) return;
      this.#inFlight.delete(seq);
      this.#attempt = 0;
      this.#options.buffer.acknowledge(seq);
      this.#options.onAcknowledged?.(seq);
      if (this.#inFlight.size === 0) this.#drained?.();
      this.wake();
    });
  }

  /** All that was in flight is sent again, oldest first, on the next connection. */
  #forgetConnection(): void {
    this.#cursor = 0;
    this.#inFlight.clear();
    this.#drained?.();
  }

  #endGhosts(): void {
    for (const ghost of this.#ghosts.splice(0)) end(ghost);
  }
}

/** Its listeners stay: mqtt.js clears its timers by them, and an error without a listener would end the process. */
function end(client: MqttClient): void {
  client.end(true);
}

function within(ms: number, start: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
