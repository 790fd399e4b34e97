import { fixedHeader } from "./connect-packet";
import type { RawPacket } from "./packet-framer";

const SUBACK = 0x90;

/**
 * One SUBSCRIBE may name a filter twice. aedes takes the last one and acknowledges it once; the standard wants one return code
 * for each filter in the packet, in order (section 3.9.3). This remembers what was asked and spells the SUBACK out.
 */
export class RepeatedFilters {
  /** Message id -> for each filter asked for, its place among the different ones. */
  readonly #asked = new Map<number, number[]>();

  /** Notes a checked SUBSCRIBE. */
  note({ bytes, bodyAt }: RawPacket): void {
    const places: number[] = [];
    const known = new Map<string, number>();
    for (let at = bodyAt + 2; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at);
      const filter = bytes.toString("utf8", at + 2, end);
      const place = known.get(filter) ?? known.size;
      known.set(filter, place);
      places.push(place);
      at = end + 1;
    }
    if (known.size < places.length) this.#asked.set(bytes.readUInt16BE(bodyAt), places);
  }

  /** The batch as it must go out. Whole packets only. */
  spellOut(batch: Buffer): Buffer {
    if (this.#asked.size === 0 || !batch.includes(SUBACK)) return batch;
    const out: Buffer[] = [];
    for (let at = 0; at < batch.length; ) {
      const { bodyAt, end } = bounds(batch, at);
      out.push(batch[at] === SUBACK ? this.#spelled(batch.subarray(at, end), bodyAt - at) : batch.subarray(at, end));
      at = end;
    }
    return Buffer.concat(out);
  }

  #spelled(suback: Buffer, bodyAt: number): Buffer {
    const id = suback.readUInt16BE(bodyAt);
    const places = this.#asked.get(id);
    if (!places) return suback;
    this.#asked.delete(id);
    const codes = places.map((place) => suback[bodyAt + 2 + place] ?? 0x80);
    return Buffer.concat([fixedHeader(SUBACK, 2 + codes.length), suback.subarray(bodyAt, bodyAt + 2), Buffer.from(codes)]);
  }
}

function bounds(batch: Buffer, at: number): { bodyAt: number; end: number } {
  let length = 0;
  let scale = 1;
  let bodyAt = at + 1;
  for (; bodyAt < at + 5; bodyAt++, scale *= 128) {
    const byte = batch[bodyAt] ?? 0;
    length += (byte & 0x7f) * scale;
    if ((byte & 0x80) === 0) break;
  }
  return { bodyAt: bodyAt + 1, end: Math.min(bodyAt + 1 + length, batch.length) };
}
