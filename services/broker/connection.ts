import { Duplex } from "node:stream";
import { LIMITS } from "@/lib/protocol/limits";
import type { DisconnectReason } from "@/lib/protocol/presence";
import type { Flow } from "./flow";
import { PINGRESP } from "./mqtt/connect-packet";
import { checkPacket, PACKET, publishWeight } from "./mqtt/packet-check";
import type { PacketFramer, RawPacket } from "./mqtt/packet-framer";
import { RepeatedFilters } from "./mqtt/repeated-filters";
import { ProtocolViolation } from "./mqtt/violation";
import { Outlet } from "./outlet";
import type { Session } from "./policy";

export interface ConnectionOptions {
  session: Session;
  framer: PacketFramer;
  /** 0: no limit. */
  keepAliveSeconds: number;
  sessionPresent: boolean;
  flow: Flow;
  onViolation: (violation: ProtocolViolation) => void;
}

/** A connection whose network is gone keeps what it took over until it is stored, at most so long. */
const LINGER_MS = 60_000;

/**
 * The guard of one admitted client: between its socket and aedes, on every transport. Only well-formed packets pass; PINGREQ
 * and keep-alive are answered here, so that waiting for the store never looks like silence; and what is handed over stays
 * within bounds, whatever aedes reads ahead.
 */
export class Connection extends Duplex {
  readonly session: Session;
  readonly #socket: Duplex;
  readonly #framer: PacketFramer;
  readonly #flow: Flow;
  readonly #outlet: Outlet;
  readonly #repeated = new RepeatedFilters();
  readonly #onViolation: (violation: ProtocolViolation) => void;
  readonly #keepAliveMs: number;
  readonly #admittedAt = performance.now();
  #lastPacketAt = performance.now();
  /** Whole packets that wait to be handed over. */
  #held: { bytes: Buffer; weight: number }[] = [];
  #heldBytes = 0;
  /** PUBLISH packets handed over and not answered yet. */
  #inFlight = 0;
  #inFlightBytes = 0;
  #open = false;
  #readableFull = false;
  #saidGoodbye = false;
  #goneAt: number | undefined;
  #ending: DisconnectReason | undefined;

  constructor(socket: Duplex, connect: Buffer, options: ConnectionOptions) {
    super({ allowHalfOpen: true, readableHighWaterMark: 64 * 1024, writableHighWaterMark: 64 * 1024 });
    this.session = options.session;
    this.#socket = socket;
    this.#framer = options.framer;
    this.#flow = options.flow;
    this.#outlet = new Outlet(socket, options.sessionPresent);
    this.#onViolation = options.onViolation;
    this.#keepAliveMs = options.keepAliveSeconds * 1_500; // MQTT-3.1.2-24
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("close", () => this.#networkGone());
    socket.on("end", () => this.#networkGone());
    this.push(connect);
  }

  /** Why it ended; undefined while it lives. */
  get ending(): DisconnectReason | undefined {
    return this.#ending;
  }

  /** The CONNACK went out: from here on packets are taken. */
  open(): void {
    if (this.#ending) return; // it went while its CONNACK was on the way
    this.#open = true;
    this.#lastPacketAt = performance.now();
    this.session.opened();
    this.#takePackets();
    this.#socket.resume();
  }

  /** Ends it now. Nothing is delivered or taken any more. */
  cut(reason: DisconnectReason): void {
    this.#end(reason);
    this.destroy();
  }

  /** One PUBLISH that was handed over has its answer. */
  settled(weight: number): void {
    this.#inFlight--;
    this.#inFlightBytes -= weight;
    this.pump();
  }

  /** Time-outs. `now` is monotonic, `wall` milliseconds since 1970; `gap`: the process itself was away for so long. */
  tick(now: number, wall: number, gap: number): void {
    this.#lastPacketAt += gap;
    // Unread by our own doing: silence says nothing.
    if (this.#socket.isPaused()) this.#lastPacketAt = now;
    const { writingSince } = this.#outlet;
    if (!this.#open && now - this.#admittedAt > LIMITS.connectTimeoutMs) this.cut("SERVER_ERROR");
    else if (this.#goneAt !== undefined) {
      if (now - this.#goneAt > LINGER_MS) this.destroy();
    } else if (this.#keepAliveMs > 0 && now - this.#lastPacketAt > this.#keepAliveMs) this.cut("MQTT_KEEP_ALIVE_TIMEOUT");
    else if (this.session.endsAt !== undefined && wall >= this.session.endsAt) this.cut("TOKEN_EXPIRED");
    else if (this.writableLength > 2 * LIMITS.writeBufferBytes) this.cut("THROTTLED");
    else if (writingSince !== undefined && now - writingSince - gap > LIMITS.stalledSubscriberMs) this.cut("THROTTLED");
  }

  #receive(chunk: Buffer): void {
    this.#framer.append(chunk);
    if (this.#open) this.#takePackets();
    else this.#socket.pause();
  }

  #takePackets(): void {
    try {
      for (let packet = this.#framer.next(); packet && !this.#ending; packet = this.#framer.next()) this.#take(packet);
    } catch (error) {
      if (error instanceof ProtocolViolation) this.#onViolation(error);
      this.cut(error instanceof ProtocolViolation ? "CLIENT_ERROR" : "SERVER_ERROR");
    }
    this.pump();
  }

  #take(packet: RawPacket): void {
    this.#lastPacketAt = performance.now();
    if (this.#saidGoodbye) return; // MQTT-3.14.4-2: nothing may follow
    const type = checkPacket(packet, this.session.maxQos);
    if (type === PACKET.pingreq) {
      if (this.writableLength < LIMITS.writeBufferBytes) this.write(PINGRESP);
      return;
    }
    if (type === PACKET.disconnect) this.#saidGoodbye = true;
    if (type === PACKET.subscribe) this.#repeated.note(packet);
    this.#held.push({ bytes: packet.bytes, weight: type === PACKET.publish ? publishWeight(packet) : -1 });
    this.#hold(packet.bytes.length);
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#flow.heldBytes += bytes;
  }

  /** Hands over what there is room for, and stops or resumes reading the network. */
  pump(): void {
    if (this.destroyed || !this.#open) return;
    const batch: Buffer[] = [];
    while (this.#mayHandOver()) {
      const next = this.#held.shift();
      if (!next) break;
      this.#hold(-next.bytes.length);
      batch.push(next.bytes);
      if (next.weight < 0) continue;
      this.#inFlight++;
      this.#inFlightBytes += next.weight;
    }
    if (batch.length > 0) this.#readableFull = !this.push(batch.length === 1 ? batch[0] : Buffer.concat(batch));
    if (this.#held.length === 0 && this.#goneAt !== undefined) this.push(null);
    if (this.#held.length > 0 && this.#flow.full) this.#flow.wait(this);
    if (this.#goneAt !== undefined) return;
    const read = this.#flow.mayRead(this.#heldBytes);
    if (read === this.#socket.isPaused()) read ? this.#socket.resume() : this.#socket.pause();
  }

  #mayHandOver(): boolean {
    return (
      !this.#readableFull &&
      !this.#flow.full &&
      this.#inFlight < LIMITS.messagesInFlight &&
      this.#inFlightBytes < LIMITS.heldBytes &&
      this.writableLength < LIMITS.writeBufferBytes
    );
  }

  /** The other side closed, or the network broke. What it sent before is still stored. */
  #networkGone(): void {
    if (this.#goneAt !== undefined) return;
    this.#goneAt = performance.now();
    this.#end(this.#saidGoodbye ? "CLIENT_INITIATED_DISCONNECT" : "CONNECTION_LOST");
    if (this.#open) this.pump();
    else this.destroy();
  }

  #end(reason: DisconnectReason): void {
    if (this.#ending) return;
    this.#ending = reason;
    this.session.ended(reason);
  }

  override _read(): void {
    if (!this.#readableFull) return;
    this.#readableFull = false;
    this.pump();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#outlet.send(this.#repeated.spellOut(chunk), () => this.#written(done));
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "latin1", done);
  }

  #written(done: () => void): void {
    done();
    if (this.#held.length > 0) this.pump();
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  /** Whoever ends it: aedes after DISCONNECT or an error, `cut`, or the end of lingering. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#end(this.#saidGoodbye && !error ? "CLIENT_INITIATED_DISCONNECT" : "SERVER_ERROR");
    this.#hold(-this.#heldBytes);
    this.#held = [];
    this.#flow.forget(this);
    this.#socket.destroy();
    done(null);
  }
}
