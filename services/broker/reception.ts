import type { Duplex } from "node:stream";
import { LIMITS } from "@/lib/protocol/limits";
import { type ConnectPacket, connack, readConnect } from "./mqtt/connect-packet";
import { PacketFramer } from "./mqtt/packet-framer";
import { ProtocolViolation } from "./mqtt/violation";
import { RETURN_CODES, type Refusal, type Transport } from "./policy";

export interface Caller {
  socket: Duplex;
  transport: Transport;
  address: string;
}

/** A caller whose CONNECT was read. `framer` may hold what came after it. */
export interface Arrival extends Caller {
  connect: ConnectPacket;
  framer: PacketFramer;
}

export interface ReceptionOptions {
  /** Answers why the caller is turned away, or takes its socket over. */
  admit(arrival: Arrival): Refusal | undefined;
  /** An arrival that is never put to `admit`. `onRefused` follows. */
  onTurnedAway(arrival: Arrival, reason: "empty_client_id"): void;
  onRefused(caller: Caller, reason: string): void;
}

interface Waiting extends Caller {
  framer: PacketFramer;
  since: number;
  countedBytes: number;
}

/** Kept of all strangers together; whoever grows past it is closed. */
const STRANGERS_BYTES = 24 * 1024 * 1024;
const BAD_VERSION: Refusal = { refused: RETURN_CODES.badVersion, reason: "bad_version" };
/** How long a refused client has to take its CONNACK. */
const GOODBYE_MS = 2_000;

/** Where strangers wait until their CONNECT is whole: little memory, little time, and no broker behind it yet. */
export class Reception {
  readonly #waiting = new Map<Duplex, Waiting>();
  #bytes = 0;

  constructor(private readonly options: ReceptionOptions) {}

  get strangers(): number {
    return this.#waiting.size;
  }

  receive(caller: Caller): void {
    const waiting: Waiting = { ...caller, framer: new PacketFramer(LIMITS.unauthenticatedBytes), since: performance.now(), countedBytes: 0 };
    this.#waiting.set(caller.socket, waiting);
    caller.socket.on("error", () => {}); // "close" follows
    caller.socket.on("data", this.#onData);
    caller.socket.on("close", this.#onClose);
  }

  /** One listener for all: which socket it is, `this` says. */
  readonly #onData = this.#listener((waiting, chunk: Buffer) => {
    try {
      waiting.framer.append(chunk);
      const packet = waiting.framer.next();
      this.#count(waiting, waiting.framer.waitingBytes);
      if (!packet) return;
      const connect = readConnect(packet);
      this.#leave(waiting);
      this.#decide(waiting, connect);
    } catch (error) {
      this.#close(waiting, error instanceof ProtocolViolation ? error.code : "error");
    }
  });

  readonly #onClose = this.#listener((waiting) => this.#leave(waiting));

  #listener<T = void>(act: (waiting: Waiting, value: T) => void): (this: Duplex, value: T) => void {
    const lookUp = (socket: Duplex) => this.#waiting.get(socket);
    return function (this: Duplex, value: T) {
      const waiting = lookUp(this);
      if (waiting) act(waiting, value);
    };
  }

  #decide(waiting: Waiting, connect: ConnectPacket | "unacceptable_version"): void {
    const { socket, transport, address, framer } = waiting;
    const refusal = connect === "unacceptable_version" ? BAD_VERSION : this.#admit({ socket, transport, address, framer, connect });
    if (!refusal) return;
    this.options.onRefused(waiting, refusal.reason);
    if (refusal.refused === "close") {
      socket.destroy();
      return;
    }
    socket.resume(); // Unread bytes would turn our close into a reset, which may overtake the CONNACK.
    socket.end(connack(refusal.refused));
    setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
  }

  #admit(arrival: Arrival): Refusal | undefined {
    const { clientId, clean, version } = arrival.connect;
    if (clientId !== "" || (clean && version !== 3)) return this.options.admit(arrival);
    this.options.onTurnedAway(arrival, "empty_client_id"); // MQTT-3.1.3-8
    return { refused: RETURN_CODES.badClientId, reason: "empty_client_id" };
  }

  #count(waiting: Waiting, bytes: number): void {
    this.#bytes += bytes - waiting.countedBytes;
    waiting.countedBytes = bytes;
    if (this.#bytes > STRANGERS_BYTES) this.#close(waiting, "too_many_strangers");
  }

  #leave(waiting: Waiting): void {
    this.#waiting.delete(waiting.socket);
    this.#bytes -= waiting.countedBytes;
    waiting.countedBytes = 0;
    waiting.socket.off("data", this.#onData);
    waiting.socket.off("close", this.#onClose);
  }

  #close(waiting: Waiting, reason: string): void {
    this.#leave(waiting);
    this.options.onRefused(waiting, reason);
    waiting.socket.destroy();
  }

  /** Closes who has not said CONNECT in time. `now` is monotonic. */
  tick(now: number): void {
    // In order of arrival: the first one that is in time ends the walk.
    for (const waiting of this.#waiting.values()) {
      if (now - waiting.since < LIMITS.connectTimeoutMs) break;
      this.#close(waiting, "connect_timeout");
    }
  }

  closeAll(): void {
    for (const waiting of this.#waiting.values()) waiting.socket.destroy();
  }
}
