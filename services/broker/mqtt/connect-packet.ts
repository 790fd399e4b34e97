import { PACKET, packetType } from "./packet-check";
import type { RawPacket } from "./packet-framer";
import { checkTopic, fieldEnd, readText } from "./text";
import { ProtocolViolation } from "./violation";

export interface Will {
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export interface ConnectPacket {
  /** 4 is MQTT 3.1.1, 3 is MQTT 3.1; anything else is answered with return code 1. */
  version: number;
  clean: boolean;
  keepAliveSeconds: number;
  clientId: string;
  will: Will | undefined;
  username: string | undefined;
  password: Buffer | undefined;
}

const FLAGS = { reserved: 0x01, clean: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, username: 0x80 } as const;
const PROTOCOLS = new Map([
  ["MQTT", 4],
  ["MQIsdp", 3],
]);

const bad = (message: string) => new ProtocolViolation("bad_packet", message);

/** Reads the first packet of a connection (section 3.1). Throws ProtocolViolation; a version we do not speak is answered as such. */
export function readConnect(packet: RawPacket): ConnectPacket | "unacceptable_version" {
  const { bytes, bodyAt } = packet;
  if (packetType(packet) !== PACKET.connect) throw new ProtocolViolation("no_connect", "The first packet is not CONNECT."); // MQTT-3.1.0-1
  if (((bytes[0] ?? 0) & 0x0f) !== 0) throw new ProtocolViolation("bad_flags", "Reserved flags are set.");
  const nameEnd = fieldEnd(bytes, bodyAt, bytes.length);
  const speaks = PROTOCOLS.get(readText(bytes, bodyAt, nameEnd));
  const version = bytes[nameEnd];
  if (speaks === undefined || version === undefined) throw bad("Not an MQTT connection.");
  if (version !== speaks) return "unacceptable_version"; // MQTT-3.1.2-2
  if (nameEnd + 4 > bytes.length) throw bad("CONNECT is cut off.");
  const flags = bytes[nameEnd + 1] ?? 0;
  checkFlags(flags);
  const keepAliveSeconds = bytes.readUInt16BE(nameEnd + 2);

  let at = nameEnd + 4;
  const next = <T>(present: number, read: (at: number, end: number) => T): T | undefined => {
    if (!present) return undefined;
    const end = fieldEnd(bytes, at, bytes.length);
    const value = read(at, end);
    at = end;
    return value;
  };
  const text = (from: number, end: number) => readText(bytes, from, end);
  const raw = (from: number, end: number) => Buffer.from(bytes.subarray(from + 2, end));
  const clientId = next(1, text) ?? "";
  const willTopic = next(flags & FLAGS.will, (from, end) => {
    checkTopic(bytes, from, end);
    return text(from, end);
  });
  const willPayload = next(flags & FLAGS.will, raw);
  const username = next(flags & FLAGS.username, text);
  const password = next(flags & FLAGS.password, raw);
  if (at !== bytes.length) throw bad("CONNECT has bytes after its last field.");
  const will =
    willTopic === undefined
      ? undefined
      : { topic: willTopic, payload: willPayload ?? Buffer.alloc(0), qos: willQos(flags), retain: (flags & FLAGS.willRetain) !== 0 };
  return { version, clean: (flags & FLAGS.clean) !== 0, keepAliveSeconds, clientId, will, username, password };
}

function willQos(flags: number): 0 | 1 | 2 {
  const qos = (flags >> 3) & 3;
  if (qos === 3) throw new ProtocolViolation("bad_flags", "Will QoS 3."); // MQTT-3.1.2-14
  return qos as 0 | 1 | 2;
}

function checkFlags(flags: number): void {
  const set = (flag: number) => (flags & flag) !== 0;
  if (set(FLAGS.reserved)) throw new ProtocolViolation("bad_flags", "The reserved connect flag is set."); // MQTT-3.1.2-3
  if (!set(FLAGS.will) && (set(FLAGS.willRetain) || willQos(flags) !== 0)) throw new ProtocolViolation("bad_flags", "Will flags without a will.");
  if (!set(FLAGS.username) && set(FLAGS.password)) throw new ProtocolViolation("bad_flags", "A password without a user name."); // MQTT-3.1.2-22
}

/**
 * The CONNECT that the broker behind the guard sees: client id as admitted, no credentials (nothing behind needs them), and
 * keep-alive 0, because the guard keeps that time itself.
 */
export function writeConnect({ version, clean, will }: ConnectPacket, clientId: string): Buffer {
  const text = (value: string | Buffer) => {
    const bytes = Buffer.from(value as string);
    return [Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes];
  };
  const flags = (clean ? FLAGS.clean : 0) | (will ? FLAGS.will | (will.qos << 3) | (will.retain ? FLAGS.willRetain : 0) : 0);
  const body = Buffer.concat([
    ...text(version === 3 ? "MQIsdp" : "MQTT"),
    Buffer.from([version, flags, 0, 0]),
    ...text(clientId),
    ...(will ? [...text(will.topic), ...text(will.payload)] : []),
  ]);
  return Buffer.concat([fixedHeader(PACKET.connect << 4, body.length), body]);
}

/** First byte and remaining length (section 2.2.3). */
export function fixedHeader(first: number, length: number): Buffer {
  const bytes = [first];
  let rest = length;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** CONNACK (section 3.2) with a return code other than 0. */
export function connack(returnCode: number): Buffer {
  return Buffer.from([0x20, 2, 0, returnCode]);
}

export const PINGRESP = Buffer.from([0xd0, 0]);
