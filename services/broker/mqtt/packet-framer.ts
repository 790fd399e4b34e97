import { ProtocolViolation } from "./violation";

/** One whole packet. `bodyAt`: where its variable header begins. */
export interface RawPacket {
  bytes: Buffer;
  bodyAt: number;
}

const NOTHING = Buffer.alloc(0);
const FIRST_SIZE = 256;

/**
 * Cuts a byte stream into MQTT packets. A packet above `limit` is refused as soon as its length was read, before its bytes are
 * kept; what is kept of an incomplete packet grows with the bytes that came, never with the length that was claimed (finding 6).
 */
export class PacketFramer {
  /** Largest packet taken, fixed header included. */
  limit: number;
  #chunk: Buffer = NOTHING;
  #at = 0;
  /** Beginning of a packet whose rest has not come yet. */
  #partial: Buffer = NOTHING;
  #filled = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes kept that belong to no whole packet yet. */
  get waitingBytes(): number {
    return this.#filled + this.#chunk.length - this.#at;
  }

  /** Adds bytes. Everything added before must have been taken by `next` (until it answered undefined). */
  append(chunk: Buffer): void {
    this.#chunk = this.#at < this.#chunk.length ? Buffer.concat([this.#chunk.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
  }

  /** The next whole packet; undefined when more bytes are needed. Throws ProtocolViolation. */
  next(): RawPacket | undefined {
    return this.#filled > 0 ? this.#complete() : this.#cut();
  }

  /** A packet that lies within the chunk: a view, no copy. */
  #cut(): RawPacket | undefined {
    const bodyAt = this.#bodyAt(this.#chunk, this.#at, this.#chunk.length);
    const end = bodyAt === undefined ? undefined : this.#at + this.#size(this.#chunk, this.#at, bodyAt);
    if (bodyAt === undefined || end === undefined || end > this.#chunk.length) {
      this.#keep(this.#chunk.length - this.#at);
      this.#chunk = NOTHING; // An idle connection holds on to no bytes.
      this.#at = 0;
      return undefined;
    }
    const bytes = this.#chunk.subarray(this.#at, end);
    const packet = { bytes, bodyAt: bodyAt - this.#at };
    this.#at = end;
    return packet;
  }

  /** A packet that began in an earlier chunk. */
  #complete(): RawPacket | undefined {
    let bodyAt = this.#bodyAt(this.#partial, 0, this.#filled);
    while (bodyAt === undefined && this.#at < this.#chunk.length) {
      this.#keep(1);
      bodyAt = this.#bodyAt(this.#partial, 0, this.#filled);
    }
    if (bodyAt === undefined) return undefined;
    const size = this.#size(this.#partial, 0, bodyAt);
    this.#keep(Math.min(size - this.#filled, this.#chunk.length - this.#at));
    if (this.#filled < size) return undefined;
    const packet = { bytes: this.#partial.subarray(0, size), bodyAt };
    this.#partial = NOTHING;
    this.#filled = 0;
    return packet;
  }

  /** Section 2.2.3: at most four length bytes. Undefined while they are not complete. */
  #bodyAt(bytes: Buffer, from: number, to: number): number | undefined {
    for (let at = from + 1; at < to && at < from + 5; at++) if (((bytes[at] ?? 0) & 0x80) === 0) return at + 1;
    if (to - from >= 5) throw new ProtocolViolation("malformed_length", "The remaining length has more than four bytes.");
    return undefined;
  }

  #size(bytes: Buffer, from: number, bodyAt: number): number {
    let length = 0;
    for (let at = bodyAt - 1; at > from; at--) length = length * 128 + ((bytes[at] ?? 0) & 0x7f);
    const size = bodyAt - from + length;
    if (size > this.limit) throw new ProtocolViolation("packet_too_large", `A packet of ${size} bytes; at most ${this.limit}.`);
    return size;
  }

  #keep(count: number): void {
    if (count === 0) return;
    const needed = this.#filled + count;
    if (needed > this.#partial.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_SIZE, needed, Math.min(this.#partial.length * 2, this.limit)));
      this.#partial.copy(grown, 0, 0, this.#filled);
      this.#partial = grown;
    }
    this.#chunk.copy(this.#partial, this.#filled, this.#at, this.#at + count);
    this.#filled = needed;
    this.#at += count;
  }
}
