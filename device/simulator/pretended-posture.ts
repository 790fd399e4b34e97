import type { PostureReport } from "@/lib/protocol/posture";

/** As AWS asks: not more often. */
export const POSTURE_INTERVAL_MS = 300_000;

/** Bytes of a usual message on the wire, with its acknowledgement. */
const BYTES = { out: 260, in: 44 };

/** A report as a device would make it: what listens, its one connection, and the traffic of the messages since the last report. */
export function pretendedPosture(listens: readonly string[], { port, messages }: { port: number; messages: number | undefined }, time: number): PostureReport {
  const ports = (protocol: string) => {
    const list = listens.filter((one) => one.startsWith(`${protocol}/`)).map((one) => ({ port: Number(one.slice(4)), interface: "eth0" }));
    return { ports: list, total: list.length };
  };
  return {
    header: { report_id: Math.floor(time / 1000), version: "1.0" },
    metrics: {
      listening_tcp_ports: ports("tcp"),
      listening_udp_ports: ports("udp"),
      ...(messages === undefined
        ? {}
        : { network_stats: { bytes_in: messages * BYTES.in, bytes_out: messages * BYTES.out, packets_in: messages, packets_out: messages } }),
      // An address for documentation (RFC 5737): the real one would be this machine's own.
      tcp_connections: {
        established_connections: { connections: [{ remote_addr: `192.0.2.10:${port}`, local_port: 40_000, local_interface: "eth0" }], total: 1 },
      },
    },
  };
}
