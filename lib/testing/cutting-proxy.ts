import net from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";

export interface CuttingProxy {
  port: number;
  /** Packets that came by, as `up connect`, `down publish`, in order. */
  seen: string[];
  close(): Promise<void>;
}

/**
 * Stands between a client and the broker and passes on packet by packet. At packet number `cutAt` (from 1) it calls `onCut`, and
 * from then on passes nothing on: that packet never arrives.
 */
export async function cuttingProxy({ to, cutAt, onCut }: { to: number; cutAt?: number; onCut?: () => void }): Promise<CuttingProxy> {
  const seen: string[] = [];
  const sockets = new Set<net.Socket>();
  const isCut = () => cutAt !== undefined && seen.length >= cutAt;
  const pass = (direction: "up" | "down", from: net.Socket, into: net.Socket) => {
    const reader = parser({ protocolVersion: 4 });
    reader.on("packet", (packet: Packet) => {
      if (isCut()) return;
      seen.push(`${direction} ${packet.cmd}`);
      if (!isCut()) into.write(generate(packet));
      else onCut?.();
    });
    from.on("data", (chunk) => void reader.parse(chunk));
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      into.end();
    });
    sockets.add(from);
  };
  const server = net.createServer((client) => {
    const broker = net.connect({ port: to, host: "127.0.0.1" });
    pass("up", client, broker);
    pass("down", broker, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
