import { describe, expect, test } from "vitest";
import type { PostureReport } from "@/lib/protocol/posture";
import type { AllowList } from "./allow-list";
import { comparePosture, type PostureMemory } from "./compare-posture";
import { destinationsOf, inboundOf } from "./sockets";

type Port = number | [port: number, on: string];
const ports = (list: readonly Port[], total = list.length) => ({
  ports: list.map((one) => (typeof one === "number" ? { port: one } : { port: one[0], interface: one[1] })),
  total,
});
const report = (tcp: readonly Port[], udp: readonly Port[] = [], remotes: readonly string[] = []): PostureReport => ({
  header: { report_id: 1, version: "1.0" },
  metrics: {
    listening_tcp_ports: ports(tcp),
    listening_udp_ports: ports(udp),
    tcp_connections: { established_connections: { connections: remotes.map((remote_addr) => ({ remote_addr, local_port: 40_000 })), total: remotes.length } },
  },
});
const none: AllowList = { listeners: [], destinations: [] };
const fresh: PostureMemory = { seen: null, traffic: { in: [], out: [] } };
const options = (allow: AllowList = none, lately: string[] = []) => ({ allow, seconds: 300, lately: new Set(lately) });

test.each<[string, PostureReport, number | null]>([
  ["nothing listens", report([]), 0],
  ["one of each", report([22], [68]), 2],
  [
    "loopback is not inbound",
    report([
      [631, "lo"],
      [53, "127.0.0.53"],
      [53, "::1"],
      [80, "lo0"],
    ]),
    0,
  ],
  [
    "an interface that only looks like it",
    report([
      [22, "lowpan0"],
      [23, "eth0"],
    ]),
    2,
  ],
  [
    "more are counted than named",
    { ...report([]), metrics: { listening_tcp_ports: { ports: [{ port: 1, interface: "lo" }], total: 4 }, listening_udp_ports: { total: 0 } } },
    3,
  ],
  ["UDP is not told", { ...report([]), metrics: { listening_tcp_ports: { total: 0 } } }, null],
  ["a list that says nothing", { ...report([]), metrics: { listening_tcp_ports: {}, listening_udp_ports: { ports: [] } } }, null],
])("inbound: %s", (_, given, inbound) => {
  expect(inboundOf(given)).toBe(inbound);
});

test("a connection at a port that listens was opened by somebody else, and one to itself goes nowhere", () => {
  const given = report([80], [], ["192.0.2.1:443", "127.0.0.1:5432", "[::1]:80", "192.0.2.1:443"]);
  given.metrics.tcp_connections?.established_connections.connections?.push({ remote_addr: "198.51.100.7:51000", local_port: 80 });
  expect(destinationsOf(given)).toEqual(["192.0.2.1:443"]);
});

describe("listeners", () => {
  const verdicts = (given: PostureReport, allow = none) =>
    comparePosture(fresh, given, options(allow)).findings.map(({ what, verdict }) => `${what} ${verdict}`);

  test("the first report counts, too: nothing may listen but what the profile allows", () => {
    expect(verdicts(report([22, 23, [631, "lo"]], [68]), { ...none, listeners: ["tcp/22"] })).toEqual([
      "tcp/22 allowed",
      "tcp/23 violation",
      "tcp/631 loopback",
      "udp/68 violation",
    ]);
  });

  test("a port at loopback and elsewhere is one that is open; tcp is not udp", () => {
    expect(
      verdicts(
        report([
          [22, "lo"],
          [22, "eth0"],
        ]),
        { ...none, listeners: ["udp/22"] },
      ),
    ).toEqual(["tcp/22 violation"]);
  });

  test("what is counted and not named is a violation whatever is allowed", () => {
    const given = { ...report([]), metrics: { listening_tcp_ports: ports([22], 3), listening_udp_ports: ports([]) } };
    expect(verdicts(given, { ...none, listeners: ["tcp/22"] })).toEqual(["tcp/22 allowed", "unnamed violation"]);
  });
});

describe("destinations", () => {
  const news = (before: PostureMemory, remotes: string[], given = options()) =>
    comparePosture(before, report([], [], remotes), given).findings.map(({ what }) => what);

  test("without a list the first report is what is usual, and a later one is new until its connection ends", () => {
    const { findings, memory } = comparePosture(fresh, report([], [], ["192.0.2.1:8883"]), options());
    expect(findings).toEqual([]);
    const next = comparePosture(memory, report([], [], ["192.0.2.1:8883", "203.0.113.9:443"]), options());
    expect(next.findings).toEqual([
      { kind: "destination", what: "203.0.113.9:443", verdict: "violation", evidence: "Connected to 203.0.113.9:443, which no report before has shown." },
    ]);
    expect(news(next.memory, ["203.0.113.9:443"], options(none, ["203.0.113.9:443"]))).toEqual(["203.0.113.9:443"]);
    expect(news(next.memory, ["203.0.113.9:443"])).toEqual([]);
  });

  test.each([
    ["192.0.2.1:8883", ["192.0.2.1"], true],
    ["192.0.2.1:8883", ["192.0.2.1:8883"], true],
    ["192.0.2.1:8883", ["192.0.2.1:443"], false],
    ["192.0.2.1:8883", ["192.0.2.0/24"], true],
    ["192.0.3.1:8883", ["192.0.2.0/24", "10.0.0.0/8"], false],
    ["[2001:db8::1]:443", ["2001:db8::/32"], true],
    ["[2001:db8::1]:443", ["[2001:db8:0::1]:443"], true],
    ["[2001:db8::1]:443", ["192.0.2.0/24"], false],
    ["[::ffff:192.0.2.1]:443", ["192.0.2.1"], true],
    ["somewhere", ["192.0.2.1"], false],
  ])("with a list: %s beside %j", (remote, destinations, allowed) => {
    expect(news(fresh, [remote], options({ listeners: [], destinations }))).toEqual(allowed ? [] : [remote]);
  });
});

describe("traffic: the median of what was, five times, and six deviations", () => {
  const traffic = (rates: readonly number[]) => ({ seen: [], traffic: { in: rates, out: rates } });
  const sent = (bytes_out: number): PostureReport => ({ header: { report_id: 1, version: "1.0" }, metrics: { network_stats: { bytes_out } } });
  const jumps = (rates: readonly number[], bytes: number, seconds = 300) => comparePosture(traffic(rates), sent(bytes), { ...options(), seconds }).findings;
  const steady = [1000, 1100, 900, 1000, 1050, 950];

  test("a jump, with its evidence", () => {
    expect(jumps(steady, 12_400_000)).toEqual([
      {
        kind: "traffic",
        what: "out",
        verdict: "violation",
        evidence: "12.4 MB went out in 300 s, 41.3 kB/s: above 5 kB/s, the bound by its last 6 reports (median 1 kB/s).",
      },
    ]);
  });

  test.each<[string, readonly number[], number, number]>([
    ["too few reports before it", steady.slice(1), 12_400_000, 300],
    ["less than a megabyte", steady.map((rate) => rate / 100), 900_000, 300],
    ["four times as much", steady, 1_200_000, 300],
    ["within how much it always changes", [0, 9_000, 100, 8_000, 200, 9_500, 100, 8_800], 11_400_000, 300],
    ["a moment: no rate is made of it", steady, 12_400_000, 5],
    ["no time at all", steady, 12_400_000, Number.NaN],
  ])("no jump: %s", (_, rates, bytes, seconds) => {
    expect(jumps(rates, bytes, seconds)).toEqual([]);
  });

  test("a level that stays becomes usual, and no more is remembered than is needed", () => {
    let memory: PostureMemory = traffic(steady);
    const course: number[] = [];
    for (let index = 0; index < 30; index++) {
      const next = comparePosture(memory, sent(12_400_000), options());
      course.push(next.findings.length);
      memory = next.memory;
    }
    expect(course.slice(0, 6)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(course.slice(8).every((count) => count === 0)).toBe(true);
    expect(memory.traffic.out).toHaveLength(18);
    expect(memory.traffic.in).toEqual(steady);
  });
});
