import { expect, test } from "vitest";
import { type ExpectedListener, type HeldSocket, judgeListeners, processName } from "./listeners";

const BROKER = "/usr/bin/node --import tsx /srv/sallyport/services/broker/main.ts";
const expected: ExpectedListener[] = [
  { purpose: "mqtt", process: "broker", host: "127.0.0.1", port: 1883 },
  { purpose: "mqtts", process: "broker", host: "0.0.0.0", port: 8883 },
  { purpose: "console", process: "web", host: "localhost", port: 3000 },
];
const socket = (port: number, address = "127.0.0.1", more: Partial<HeldSocket> = {}): HeldSocket => ({
  pid: 7,
  command: BROKER,
  protocol: "tcp",
  address,
  port,
  ...more,
});
const judged = (...sockets: HeldSocket[]) => judgeListeners(sockets, expected, new Set(["broker"]));

test.each([
  ["as configured", socket(1883), { purpose: "mqtt", reachable: false, verdict: "expected" }],
  ["on every address as configured", socket(8883, "0.0.0.0"), { purpose: "mqtts", reachable: true, verdict: "expected" }],
  ["narrower than configured", socket(8883, "192.0.2.1"), { purpose: "mqtts", reachable: true, verdict: "expected" }],
  ["configured for this machine only, open to all", socket(1883, "::"), { purpose: "mqtt", reachable: true, verdict: "wider" }],
  ["a port that nobody configured", socket(4444, "0.0.0.0"), { purpose: null, reachable: true, verdict: "unexpected" }],
  ["a debugger on loopback", socket(9229, "::1"), { purpose: null, reachable: false, verdict: "unexpected" }],
  ["the broker's port, held by another process", socket(1883, "127.0.0.1", { command: "nc -l 1883" }), { process: "nc", verdict: "unexpected" }],
  ["the broker's port, by UDP", socket(1883, "127.0.0.1", { protocol: "udp" }), { purpose: null, verdict: "unexpected" }],
])("%s", (_, one, judgement) => {
  expect(judged(one).listeners).toMatchObject([judgement]);
});

test("what is unexpected comes first, and what a running process does not hold open is told", () => {
  const { listeners, closed } = judged(socket(1883), socket(9229), socket(4444, "0.0.0.0"));
  expect(listeners.map(({ port }) => port)).toEqual([4444, 9229, 1883]);
  // The console does not run here: its health says so, not its socket.
  expect(closed.map(({ purpose }) => purpose)).toEqual(["mqtts"]);
});

test.each([
  [BROKER, "broker"],
  ["next-server (v16.4.6)", "web"],
  ["/usr/bin/node /srv/node_modules/next/dist/bin/next start --port 3000", "web"],
  ["/srv/native/bin/postgres -D /data", "postgres"],
  ["postgres: checkpointer", "postgres"],
  ["node --import tsx services/supervisor/main.ts demo", "supervisor"],
  ["node --import tsx device/simulator/main.ts --token secret", "simulator"],
  ["/usr/local/bin/strange --password hunter2", "strange"],
  ["", "unnamed"],
])("%s is %s", (command, name) => {
  expect(processName(command)).toBe(name);
});
