import ipaddr from "ipaddr.js";
import { isEstablished, isListening, isOpenToDatagrams, type SocketRow } from "@/lib/base/socket-table";
import type { PostureReport } from "@/lib/protocol/posture";
import type { NetworkCounters } from "./network-counters";

export interface PostureFacts {
  tcp: readonly SocketRow[];
  udp: readonly SocketRow[];
  /** Counted since the last report that arrived; undefined when there was none yet. */
  network: NetworkCounters | undefined;
  /** Address to interface name, of this machine's own addresses. */
  interfaces: ReadonlyMap<string, string>;
}

/** Lists are cut, totals never: a machine with 50,000 connections still sends a small report. */
const MAX_PORTS = 500;
const MAX_CONNECTIONS = 300;

/** The AWS Device Defender metrics report (wire-formats W4). `reportId` rises: seconds since 1970, as AWS advises. */
export function postureReport(facts: PostureFacts, reportId: number): PostureReport {
  const established = facts.tcp.filter(isEstablished);
  return {
    header: { report_id: reportId, version: "1.0" },
    metrics: {
      listening_tcp_ports: openPorts(facts.tcp.filter(isListening), facts.interfaces),
      listening_udp_ports: openPorts(facts.udp.filter(isOpenToDatagrams), facts.interfaces),
      ...(facts.network && {
        network_stats: {
          bytes_in: facts.network.bytesIn,
          bytes_out: facts.network.bytesOut,
          packets_in: facts.network.packetsIn,
          packets_out: facts.network.packetsOut,
        },
      }),
      tcp_connections: {
        established_connections: {
          connections: established
            .slice(0, MAX_CONNECTIONS)
            .map((row) => ({ remote_addr: endpoint(row.remoteAddress, row.remotePort), local_port: row.localPort })),
          total: established.length,
        },
      },
    },
  };
}

/** One entry per port and interface; several sockets of one server (SO_REUSEPORT, v4 and v6) are one open port. */
function openPorts(rows: readonly SocketRow[], interfaces: ReadonlyMap<string, string>) {
  const found = new Map<string, { port: number; interface?: string }>();
  for (const { localAddress, localPort } of rows) {
    const name = interfaces.get(localAddress) ?? (isLoopback(localAddress) ? "lo" : undefined);
    found.set(`${localPort} ${name ?? ""}`, name === undefined ? { port: localPort } : { port: localPort, interface: name });
  }
  const ports = [...found.values()].sort((a, b) => a.port - b.port);
  return { ports: ports.slice(0, MAX_PORTS), total: ports.length };
}

const isLoopback = (address: string) => ipaddr.parse(address).range() === "loopback";
const endpoint = (address: string, port: number) => (address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`);
