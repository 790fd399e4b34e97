import net from "node:net";
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from "mqtt-packet";

export interface WireLogin {
  port: number;
  username: string;
  password: string;
  clientId: string;
  protocolVersion?: 4 | 5;
  will?: IConnectPacket["will"];
}

/**
 * One MQTT connection packet by packet: unlike a client library it also sends what no client should. Questions are answered by
 * the packet that decides, or by `closed`.
 */
export interface Wire {
  readonly closed: boolean;
  /** Everything that was delivered so far. */
  readonly delivered: readonly IPublishPacket[];
  publish(topic: string, payload: string, options: { qos: 0 | 1 | 2; retain: boolean }): Promise<"acknowledged" | "refused" | "closed">;
  /** The SUBACK's code. */
  subscribe(filter: string, qos: 0 | 1 | 2): Promise<number | "closed">;
  unsubscribe(filter: string): Promise<"acknowledged" | "closed">;
  /** Resolves when the broker has read everything sent before. */
  ping(): Promise<"answered" | "closed">;
  close(): Promise<void>;
  /** Cuts the line without a DISCONNECT, so that the broker publishes the will. */
  vanish(): Promise<void>;
}

const ANSWER_LIMIT_MS = 15_000;
const REFUSED = 0x80;

/** The connection, or the CONNACK's code, or `closed` when there was none. */
export async function openWire(login: WireLogin): Promise<Wire | { refused: number | "closed" }> {
  const { port, protocolVersion = 4, ...who } = login;
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  const line = readLine(socket, protocolVersion);
  const send = (packet: Packet) => void socket.write(generate(packet, { protocolVersion }));
  send({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion,
    clean: true,
    keepalive: 60,
    clientId: who.clientId,
    username: who.username,
    password: Buffer.from(who.password),
    ...(who.will ? { will: who.will } : {}),
  });
  const connack = await line.next((packet) => packet.cmd === "connack");
  const code = connack === "closed" ? "closed" : codeOf(connack);
  if (code !== 0) {
    socket.destroy();
    return { refused: code };
  }
  return talk(socket, line, send);
}

function talk(socket: net.Socket, line: Line, send: (packet: Packet) => void): Wire {
  let messageId = 0;
  const answerTo = async (packet: Packet, ...answers: Packet["cmd"][]) => {
    const answer = line.next(({ cmd, messageId: id }) => answers.includes(cmd) && id === packet.messageId);
    if (!socket.destroyed) send(packet);
    return answer;
  };
  return {
    get closed() {
      return line.closed();
    },
    delivered: line.delivered,
    async publish(topic, payload, { qos, retain }) {
      const packet = { cmd: "publish" as const, topic: bytesOf(topic) as unknown as string, payload, qos, retain, dup: false };
      if (qos === 0) {
        send(packet);
        // The first answer may already be written when the broker decides to close.
        return (await this.ping()) === "answered" && (await this.ping()) === "answered" ? "acknowledged" : "closed";
      }
      messageId += 1;
      let answer = await answerTo({ ...packet, messageId }, "puback", "pubrec");
      if (answer !== "closed" && answer.cmd === "pubrec" && codeOf(answer) < REFUSED) answer = await answerTo({ cmd: "pubrel", messageId }, "pubcomp");
      if (answer === "closed") return "closed";
      return codeOf(answer) < REFUSED ? "acknowledged" : "refused";
    },
    async subscribe(filter, qos) {
      messageId += 1;
      const answer = await answerTo({ cmd: "subscribe", messageId, subscriptions: [{ topic: filter, qos }] }, "suback");
      if (answer === "closed" || answer.cmd !== "suback") return "closed";
      const [granted] = answer.granted;
      return typeof granted === "number" ? granted : REFUSED;
    },
    async unsubscribe(filter) {
      messageId += 1;
      const answer = await answerTo({ cmd: "unsubscribe", messageId, unsubscriptions: [filter] }, "unsuback");
      return answer === "closed" ? "closed" : "acknowledged";
    },
    async ping() {
      const answer = line.next((packet) => packet.cmd === "pingresp");
      if (!socket.destroyed) send({ cmd: "pingreq" });
      return (await answer) === "closed" ? "closed" : "answered";
    },
    async close() {
      if (line.closed()) return;
      const closed = line.next(() => false);
      send({ cmd: "disconnect" });
      socket.end();
      await closed;
    },
    async vanish() {
      if (line.closed()) return;
      const closed = line.next(() => false);
      socket.destroy();
      await closed;
    },
  };
}

interface Line {
  delivered: IPublishPacket[];
  closed(): boolean;
  next(fits: (packet: Packet) => boolean): Promise<Packet | "closed">;
}

function readLine(socket: net.Socket, protocolVersion: 4 | 5): Line {
  const delivered: IPublishPacket[] = [];
  let waiting: { fits: (packet: Packet) => boolean; resolve: (packet: Packet | "closed") => void }[] = [];
  let closed = false;
  const reader = parser({ protocolVersion });
  reader.on("packet", (packet) => {
    if (packet.cmd === "publish") {
      delivered.push(packet);
      if (packet.qos === 1) socket.write(generate({ cmd: "puback", messageId: packet.messageId ?? 0 }, { protocolVersion }));
    }
    const answered = waiting.find(({ fits }) => fits(packet));
    waiting = waiting.filter((one) => one !== answered);
    answered?.resolve(packet);
  });
  reader.on("error", () => socket.destroy());
  socket.on("data", (chunk) => reader.parse(chunk));
  socket.on("error", () => {});
  // A broker that closes its side is done with us, and so are we.
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    closed = true;
    for (const { resolve } of waiting) resolve("closed");
    waiting = [];
  });
  return {
    delivered,
    closed: () => closed,
    next: (fits) =>
      new Promise((resolve, reject) => {
        if (closed) return resolve("closed");
        const timer = setTimeout(() => reject(new Error("the broker did not answer")), ANSWER_LIMIT_MS);
        waiting.push({
          fits,
          resolve(packet) {
            clearTimeout(timer);
            resolve(packet);
          },
        });
      }),
  };
}

/** MQTT 3.1.1 says return code, MQTT 5 reason code. */
function codeOf(packet: Packet): number {
  const { returnCode, reasonCode } = packet as { returnCode?: number; reasonCode?: number };
  return reasonCode ?? returnCode ?? 0;
}

/** UTF-8 that also writes lone surrogates, as a hostile client would (three bytes each, WTF-8). */
function bytesOf(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const unit = character.charCodeAt(0);
      const lone = character.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
      return lone ? Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]) : Buffer.from(character);
    }),
  );
}
