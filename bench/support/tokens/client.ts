import net from "node:net";
import { generate } from "mqtt-packet";
import { PacketFramer } from "@/services/broker/mqtt/packet-framer";
import type { Login } from "./login";

export const PACKET = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

/** One MQTT connection of a load generator: packets go out as made before, and come in as views of what was read. */
export interface Client {
  socket: net.Socket;
  /** The next packet of this type that is waited for; rejects when the connection closes. */
  next(type: number): Promise<Buffer>;
  /** Called for every PUBLISH and PUBACK of one read, then once more with nothing. */
  onTraffic: (type: number, bytes: Buffer, bodyAt: number) => void;
  onRead: () => void;
}

const MOST_BYTES = 256 * 1024;

export async function openClient(port: number): Promise<Client> {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  const framer = new PacketFramer(MOST_BYTES);
  let waiting: { type: number; resolve(bytes: Buffer): void; reject(error: Error): void }[] = [];
  const client: Client = {
    socket,
    next: (type) => new Promise((resolve, reject) => waiting.push({ type, resolve, reject })),
    onTraffic() {},
    onRead() {},
  };
  socket.on("data", (chunk) => {
    framer.append(chunk);
    for (let packet = framer.next(); packet; packet = framer.next()) {
      const { bytes, bodyAt } = packet;
      const type = (bytes[0] ?? 0) >> 4;
      if (type === PACKET.publish || type === PACKET.puback) client.onTraffic(type, bytes, bodyAt);
      else answer(type, Buffer.from(bytes));
    }
    client.onRead();
  });
  const answer = (type: number, bytes: Buffer) => {
    const first = waiting.find((one) => one.type === type);
    waiting = waiting.filter((one) => one !== first);
    first?.resolve(bytes);
  };
  socket.on("error", () => {});
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    for (const { reject } of waiting) reject(new Error("the broker closed the connection"));
    waiting = [];
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("close", () => reject(new Error("no connection")));
  });
  return client;
}

export function connectFrame({ clientId, username, password }: Login, clean = true): Buffer {
  const who = username === undefined ? {} : { username, password: Buffer.from(password ?? "") };
  return generate({ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean, keepalive: 600, clientId, ...who });
}

/** The CONNACK's return code. */
export async function logIn(client: Client, frame: Buffer): Promise<number> {
  const connack = client.next(PACKET.connack);
  client.socket.write(frame);
  return (await connack)[3] ?? 0xff;
}

export async function subscribe(client: Client, filter: string): Promise<void> {
  const suback = client.next(PACKET.suback);
  client.socket.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] }));
  const granted = (await suback)[4];
  if (granted !== 1) throw new Error(`subscribing to ${filter} was answered ${granted}`);
}

/** What acknowledges a PUBLISH of QoS 1, and where its payload begins. */
export function readPublish(bytes: Buffer, bodyAt: number): { id: number; payloadAt: number } {
  const idAt = bodyAt + 2 + bytes.readUInt16BE(bodyAt);
  return { id: bytes.readUInt16BE(idAt), payloadAt: idAt + 2 };
}
