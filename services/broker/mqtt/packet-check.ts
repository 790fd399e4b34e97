import type { RawPacket } from "./packet-framer";
import { checkFilter, checkTopic, fieldEnd } from "./text";
import { ProtocolViolation, type ViolationCode } from "./violation";

export const PACKET = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

export function packetType({ bytes }: RawPacket): number {
  return (bytes[0] ?? 0) >> 4;
}

const violation = (code: ViolationCode, message: string) => new ProtocolViolation(code, message);

/**
 * Checks every packet of a client but CONNECT against MQTT 3.1.1, so that the broker behind never sees a malformed one.
 * `maxQos` caps what a SUBSCRIBE asks for, in place: the SUBACK then says what is granted. Answers the packet type.
 */
export function checkPacket(packet: RawPacket, maxQos: 0 | 1 | 2): number {
  const { bytes, bodyAt } = packet;
  const type = packetType(packet);
  const flags = (bytes[0] ?? 0) & 0x0f;
  switch (type) {
    case PACKET.publish:
      checkPublish(bytes, bodyAt, flags);
      return type;
    case PACKET.puback:
    case PACKET.pubrec:
    case PACKET.pubrel:
    case PACKET.pubcomp:
      if (flags !== (type === PACKET.pubrel ? 2 : 0)) throw violation("bad_flags", "Reserved flags are set.");
      if (bytes.length !== bodyAt + 2) throw violation("bad_packet", "An acknowledgement of the wrong size.");
      packetId(bytes, bodyAt);
      return type;
    case PACKET.subscribe:
    case PACKET.unsubscribe:
      if (flags !== 2) throw violation("bad_flags", "Reserved flags are set.");
      checkFilters(bytes, bodyAt, type === PACKET.subscribe ? maxQos : undefined);
      return type;
    case PACKET.pingreq:
    case PACKET.disconnect:
      if (flags !== 0) throw violation("bad_flags", "Reserved flags are set.");
      if (bytes.length !== bodyAt) throw violation("bad_packet", "A packet with bytes it must not have.");
      return type;
    case PACKET.connect:
      throw violation("second_connect", "A second CONNECT."); // MQTT-3.1.0-2
    default:
      throw violation("bad_packet_type", "A packet that clients do not send.");
  }
}

/** MQTT-2.3.1-1: not zero. */
function packetId(bytes: Buffer, at: number): void {
  if (at + 2 > bytes.length) throw violation("bad_packet", "The packet identifier is missing.");
  if (bytes.readUInt16BE(at) === 0) throw violation("bad_packet", "The packet identifier is 0.");
}

function checkPublish(bytes: Buffer, bodyAt: number, flags: number): void {
  const qos = (flags >> 1) & 3;
  if (qos === 3) throw violation("bad_flags", "QoS 3."); // MQTT-3.3.1-4
  if (qos === 0 && flags & 8) throw violation("bad_flags", "DUP with QoS 0."); // MQTT-3.3.1-2
  const topicEnd = fieldEnd(bytes, bodyAt, bytes.length);
  checkTopic(bytes, bodyAt, topicEnd);
  if (qos > 0) packetId(bytes, topicEnd);
}

/** Topic and payload bytes of a checked PUBLISH: what it weighs while it is on its way into the store. */
export function publishWeight({ bytes, bodyAt }: RawPacket): number {
  const qos = ((bytes[0] ?? 0) >> 1) & 3;
  return bytes.length - bodyAt - 2 - (qos > 0 ? 2 : 0);
}

function checkFilters(bytes: Buffer, bodyAt: number, maxQos: 0 | 1 | 2 | undefined): void {
  packetId(bytes, bodyAt);
  let at = bodyAt + 2;
  if (at === bytes.length) throw violation("bad_packet", "No topic filter."); // MQTT-3.8.3-3, MQTT-3.10.3-2
  while (at < bytes.length) {
    const end = fieldEnd(bytes, at, bytes.length);
    checkFilter(bytes, at, end);
    at = end;
    if (maxQos === undefined) continue;
    const qos = bytes[at];
    if (qos === undefined) throw violation("bad_packet", "A topic filter without its QoS.");
    if (qos > 2) throw violation("bad_flags", "A QoS above 2, or reserved bits."); // MQTT-3-8.3-4
    if (qos > maxQos) bytes[at] = maxQos;
    at++;
  }
}
