import net from "node:net";
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from "mqtt-packet";

export interface ScriptedBroker {
  port: number;
  /** Everything that came, in order; `client` is the client id of the connection. */
  packets: { client: string; packet: Packet }[];
  sockets: net.Socket[];
  published(): { client: string; packet: IPublishPacket }[];
  close(): void;
}

/** What the test answers to a packet. Without a script, a broker that takes everybody and acknowledges everything. */
export type Script = (packet: Packet, reply: BrokerReply, client: string) => void;

export interface BrokerReply {
  connack(returnCode?: number): void;
  puback(packet: IPublishPacket): void;
  cut(): void;
}

const takeAll: Script = (packet, reply) => {
  if (packet.cmd === "connect") reply.connack();
  if (packet.cmd === "publish") reply.puback(packet);
};

/** The far end of a client under test, on a loopback port: it does what the script says, packet by packet. */
export async function scriptedBroker(script: Script = takeAll): Promise<ScriptedBroker> {
  const packets: ScriptedBroker["packets"] = [];
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    let client = "";
    const reply: BrokerReply = {
      connack: (returnCode = 0) => void socket.write(generate({ cmd: "connack", returnCode, sessionPresent: false })),
      puback: ({ messageId }) => void socket.write(generate({ cmd: "puback", messageId: messageId ?? 0 })),
      cut: () => void socket.destroy(),
    };
    const reader = parser();
    reader.on("packet", (packet) => {
      if (isConnect(packet)) client = packet.clientId;
      if (packet.cmd === "pingreq") socket.write(generate({ cmd: "pingresp" }));
      packets.push({ client, packet });
      script(packet, reply, client);
    });
    socket.on("data", (chunk) => reader.parse(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    packets,
    sockets,
    published: () => packets.flatMap(({ client, packet }) => (packet.cmd === "publish" ? [{ client, packet }] : [])),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const isConnect = (packet: Packet): packet is IConnectPacket => packet.cmd === "connect";
