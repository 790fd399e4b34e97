import { expect, test } from "vitest";
import type { SocketRow } from "@/lib/base/socket-table";
import { postureReportSchema } from "@/lib/protocol/posture";
import { postureReport } from "./posture";

const row = (localAddress: string, localPort: number, state: number, remoteAddress = "0.0.0.0", remotePort = 0): SocketRow => ({
  localAddress,
  localPort,
  remoteAddress,
  remotePort,
  state,
  inode: 1,
});
const interfaces = new Map([["10.0.2.15", "eth0"]]);

test("a report in AWS Device Defender's form, valid against the schema of the wire", () => {
  const report = postureReport(
    {
      tcp: [
        row("0.0.0.0", 22, 10),
        row("::", 22, 10),
        row("127.0.0.53", 53, 10),
        row("10.0.2.15", 40000, 1, "2001:db8::1", 8883),
        row("10.0.2.15", 40001, 1, "192.0.2.1", 443),
      ],
      udp: [row("10.0.2.15", 68, 7)],
      network: { bytesIn: 1, bytesOut: 2, packetsIn: 3, packetsOut: 4 },
      interfaces,
    },
    1_795_343_032,
  );
  expect(postureReportSchema.parse(report)).toEqual({
    header: { report_id: 1_795_343_032, version: "1.0" },
    metrics: {
      listening_tcp_ports: { ports: [{ port: 22 }, { port: 53, interface: "lo" }], total: 2 },
      listening_udp_ports: { ports: [{ port: 68, interface: "eth0" }], total: 1 },
      network_stats: { bytes_in: 1, bytes_out: 2, packets_in: 3, packets_out: 4 },
      tcp_connections: {
        established_connections: {
          connections: [
            { remote_addr: "[2001:db8::1]:8883", local_port: 40000 },
            { remote_addr: "192.0.2.1:443", local_port: 40001 },
          ],
          total: 2,
        },
      },
    },
  });
});

test("the first report has no network figures: there is nothing to compare with", () => {
  expect(postureReport({ tcp: [], udp: [], network: undefined, interfaces }, 1).metrics.network_stats).toBeUndefined();
});

test("lists are cut, totals are not", () => {
  const tcp = Array.from({ length: 2_000 }, (_, index) => row("10.0.2.15", index + 1, 1, "192.0.2.1", 443));
  const { metrics } = postureReport({ tcp, udp: [], network: undefined, interfaces }, 1);
  expect(metrics.tcp_connections?.established_connections.total).toBe(2_000);
  expect(metrics.tcp_connections?.established_connections.connections).toHaveLength(300);
});
