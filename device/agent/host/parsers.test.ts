import fc from "fast-check";
import { expect, test } from "vitest";
import { isEstablished, isListening, isOpenToDatagrams, parseSocketTable } from "@/lib/base/socket-table";
import { parseMemory } from "./memory";
import { networkDelta, parseNetworkCounters } from "./network-counters";
import { parseProcessorTimes, processorUsage } from "./processor";
import { hottest, parseTemperature } from "./thermal";

/** Fixtures: what a Debian 12 machine printed (kernel 6.1), shortened. */
const STAT = `cpu  8769 10 2547 316736 983 0 113 173 50 0
cpu0 3474 0 1162 159809 84 0 30 85 0 0
intr 840849 0 0
ctxt 1734992
`;
const MEMINFO = `MemTotal:       24684096 kB
MemFree:        23597012 kB
MemAvailable:   24052632 kB
Buffers:            9032 kB
Cached:           614720 kB
`;
const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    6789      65    0    0    0     0          0         0     6789      65    0    0    0     0       0          0
  eth0: 946806811   25795    0    0    0     0          0         0  1528561   13627    0    0    0     0       0          0
 wlan0:100 2    0    0    0     0          0         0  300   4    0    0    0     0       0          0
`;
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1598 1 00000000b6dced33 100 0 0 10 0
   1: 0100007F:5209 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65534        0 15185 1 00000000ba2cd3f5 100 0 0 10 0
   2: 0F02000A:CBE2 0100007F:075B 01 00000000:00000000 02:000003DA 00000000     0        0 22 3 000000008a031d2b 20 4 30 10 -1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1601 1 0 100 0 0 10 0
   1: 0000000000000000FFFF00000F02000A:01BB 0000000000000000FFFF0000010200C0:D431 01 00000000:00000000 00:00000000 00000000     0        0 1602 1 0 100 0 0 10 0
   2: B80D0120000000000000000001000000:01BB B80D0120000000000000000002000000:D431 01 00000000:00000000 00:00000000 00000000     0        0 1603 1 0 100 0 0 10 0
`;
const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  101: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 900 2 0 0
  102: 0F02000A:8235 08080808:0035 01 00000000:00000000 00:00000000 00000000     0        0 901 2 0 0
`;

test("processor times: guest time is not counted twice", () => {
  expect(parseProcessorTimes(STAT)).toEqual({ busy: 8769 + 10 + 2547 + 113 + 173, total: 8769 + 10 + 2547 + 113 + 173 + 316736 + 983 });
  expect(parseProcessorTimes("")).toBeUndefined();
});

test.each([
  [{ busy: 10, total: 100 }, { busy: 35, total: 200 }, 25],
  [{ busy: 10, total: 100 }, { busy: 10, total: 100 }, undefined],
  [{ busy: 10, total: 100 }, { busy: 5, total: 200 }, 0],
])("processor usage between %o and %o is %s", (before, after, expected) => {
  expect(processorUsage(before, after)).toBe(expected);
});

test("memory in bytes; old kernels without MemAvailable", () => {
  expect(parseMemory(MEMINFO)).toEqual({ total: 24684096 * 1024, available: 24052632 * 1024 });
  expect(parseMemory(MEMINFO.replace(/MemAvailable.*\n/, ""))).toEqual({ total: 24684096 * 1024, available: (23597012 + 614720) * 1024 });
  expect(parseMemory("nothing")).toBeUndefined();
});

test("network counters leave loopback out and take names that stick to the number", () => {
  expect(parseNetworkCounters(NET_DEV)).toEqual({ bytesIn: 946806911, packetsIn: 25797, bytesOut: 1528861, packetsOut: 13631 });
});

test("a counter that began again counts as no traffic", () => {
  const before = { bytesIn: 10, bytesOut: 10, packetsIn: 10, packetsOut: 10 };
  expect(networkDelta(before, { bytesIn: 15, bytesOut: 0, packetsIn: 11, packetsOut: 10 })).toEqual({ bytesIn: 5, bytesOut: 0, packetsIn: 1, packetsOut: 0 });
});

test("IPv4 sockets: address, port and state", () => {
  const rows = parseSocketTable(TCP, { littleEndian: true });
  expect(rows).toHaveLength(3);
  expect(rows.filter(isListening).map((row) => `${row.localAddress}:${row.localPort}`)).toEqual(["0.0.0.0:2024", "127.0.0.1:21001"]);
  expect(rows.filter(isEstablished)).toEqual([
    { localAddress: "10.0.2.15", localPort: 52194, remoteAddress: "127.0.0.1", remotePort: 1883, state: 1, inode: 22 },
  ]);
});

test("IPv6 sockets, and IPv4 inside IPv6", () => {
  const rows = parseSocketTable(TCP6, { littleEndian: true });
  expect(rows.map((row) => row.localAddress)).toEqual(["::", "10.0.2.15", "2001:db8::1"]);
  expect(rows.map((row) => row.remoteAddress)).toEqual(["::", "192.0.2.1", "2001:db8::2"]);
});

test("the same addresses on a big-endian machine", () => {
  const [row] = parseSocketTable("   0: 0A00020F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7 1 0 100 0 0 10 0", {
    littleEndian: false,
  });
  expect(row?.localAddress).toBe("10.0.2.15");
});

test("a UDP socket that talks to one peer is not open to anybody", () => {
  expect(
    parseSocketTable(UDP, { littleEndian: true })
      .filter(isOpenToDatagrams)
      .map((row) => row.localPort),
  ).toEqual([68]);
});

test("temperatures: sensors that are off or absurd are left out", () => {
  expect(parseTemperature("45500\n")).toBe(45.5);
  expect(parseTemperature("-274000")).toBeUndefined();
  expect(parseTemperature("")).toBeUndefined();
  expect(hottest([undefined, 40, 45.5])).toBe(45.5);
  expect(hottest([undefined])).toBeUndefined();
});

test("no text makes a parser throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.constantFrom(STAT, MEMINFO, NET_DEV, TCP, TCP6, UDP).chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))),
      ),
      (text) => {
        parseProcessorTimes(text);
        parseMemory(text);
        parseNetworkCounters(text);
        parseSocketTable(text, { littleEndian: true });
        parseTemperature(text);
      },
    ),
  );
});
