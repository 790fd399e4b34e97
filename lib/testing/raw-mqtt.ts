import net from "node:net";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";

export interface RawMqtt {
  readonly socket: net.Socket;
  /** Packets that came, oldest first. */
  readonly packets: Packet[];
  send(bytes: Buffer | Packet): void;
  /** The first packet that fits and was not asked for before; rejects when the connection closes without it. */
  next(fits: (packet: Packet) => boolean): Promise<Packet>;
  /** Resolves when the other side closed. */
  closed: Promise<void>;
  end(): void;
}

/** A TCP connection that says what it is told to, byte by byte, well-formed or not. Reads until `socket.pause()`. */
export async function rawMqtt(port: number, host = "127.0.0.1"): Promise<RawMqtt> {
  const socket = net.connect({ port, host, noDelay: true });
  const packets: Packet[] = [];
  const asked = new Set<Packet>();
  let waiting: { fits: (packet: Packet) => boolean; resolve: (packet: Packet) => void; reject: (error: Error) => void }[] = [];
  const reader = parser({ protocolVersion: 4 });
  reader.on("packet", (packet) => {
    packets.push(packet);
    const answered = waiting.find(({ fits }) => fits(packet));
    if (!answered) return;
    asked.add(packet);
    waiting = waiting.filter((one) => one !== answered);
    answered.resolve(packet);
  });
  socket.on("data", (chunk) => reader.parse(chunk));
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      for (const { reject } of waiting) reject(new Error("the broker closed the connection"));
      resolve();
    });
  });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  return {
    socket,
    packets,
    closed,
    send: (what) => void socket.write(Buffer.isBuffer(what) ? what : generate(what)),
    next(fits) {
      const known = packets.find((packet) => !asked.has(packet) && fits(packet));
      if (known) {
        asked.add(known);
        return Promise.resolve(known);
      }
      return new Promise((resolve, reject) => {
        if (socket.closed) reject(new Error("the connection is closed"));
        else waiting.push({ fits, resolve, reject });
      });
    },
    end: () => socket.destroy(),
  };
}

/** A CONNECT as its fields say; what is left out is what a plain client sends. */
export function connectPacket(fields: Partial<IConnectPacket> = {}): Buffer {
  return generate({ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60, clientId: "", ...fields });
}
