import { crc32 } from "node:zlib";

/** One message as it waits to be sent. `payload` is what goes on the wire, the same bytes at every attempt. */
export interface WaitingMessage {
  seq: number;
  payload: Uint8Array;
}

/** `length` u32 LE, CRC-32 u32 LE of what follows, sequence number u64 LE, payload. */
const HEADER_BYTES = 16;
const MAX_PAYLOAD_BYTES = 1024 * 1024;

export function encodeRecord({ seq, payload }: WaitingMessage): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + payload.byteLength);
  record.writeUInt32LE(payload.byteLength, 0);
  record.writeBigUInt64LE(BigInt(seq), 8);
  record.set(payload, HEADER_BYTES);
  record.writeUInt32LE(crc32(record.subarray(8)), 4);
  return record;
}

/**
 * Reads records up to the first that is not whole. A power cut leaves a torn, zeroed or scrambled tail: `validBytes` says
 * where it begins. Sequence numbers rise; one that does not is damage too. Stops before number `below`.
 */
export function decodeRecords(bytes: Buffer, below = Number.POSITIVE_INFINITY): { messages: WaitingMessage[]; validBytes: number } {
  const messages: WaitingMessage[] = [];
  let at = 0;
  let last = -1;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEADER_BYTES + length;
    if (length > MAX_PAYLOAD_BYTES || end > bytes.length) break;
    const seq = Number(bytes.readBigUInt64LE(at + 8));
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4) || seq <= last || seq >= below) break;
    messages.push({ seq, payload: bytes.subarray(at + HEADER_BYTES, end) });
    last = seq;
    at = end;
  }
  return { messages, validBytes: at };
}
