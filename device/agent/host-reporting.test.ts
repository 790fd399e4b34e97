import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PostureReport } from "@/lib/protocol/posture";
import type { Agent, AgentEvents } from "./agent";
import type { HostReader } from "./host/read-host";
import { startHostReporting } from "./host-reporting";

beforeEach(() => void vi.useFakeTimers({ now: 1_795_000_000_000 }));
afterEach(() => void vi.useRealTimers());

function recordingAgent() {
  const reports: Record<string, unknown>[] = [];
  const postures: PostureReport[] = [];
  const state = { isOnline: true, dropped: 0 };
  const agent: Agent = Object.assign(new EventEmitter<AgentEvents>(), {
    report: async (values: Record<string, unknown>) => reports.push(values),
    sendPosture: async (report: PostureReport) => {
      if (state.isOnline) postures.push(report);
      return state.isOnline;
    },
    status: () => ({ isConnected: state.isOnline, waiting: 3, dropped: state.dropped, keyVersion: null, lastSeq: 0 }),
    stop: async () => {},
  });
  return { agent, reports, postures, state };
}

function reader(bytesIn: () => number): HostReader {
  return {
    values: async () => new Map([["cpu", { value: 5, unit: "%" }]]),
    sockets: async () => ({ tcp: [], udp: [], counters: { bytesIn: bytesIn(), bytesOut: 0, packetsIn: 0, packetsOut: 0 } }),
    interfaces: () => new Map(),
  };
}

const log = { info() {}, warn() {}, error() {} };
const intervals = { intervalMs: 5_000, postureIntervalMs: 300_000, log };

test("values at every interval, with the state of the buffer", async () => {
  const { agent, reports, state } = recordingAgent();
  const { stop } = startHostReporting(agent, { ...intervals, reader: reader(() => 0) });
  await vi.advanceTimersByTimeAsync(5_000);
  state.dropped = 7;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reports).toEqual([
    { cpu: { value: 5, unit: "%" }, buffer_waiting: { value: 3 } },
    { cpu: { value: 5, unit: "%" }, buffer_waiting: { value: 3 } },
    { cpu: { value: 5, unit: "%" }, buffer_waiting: { value: 3 }, buffer_dropped: { value: 7 } },
  ]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reports).toHaveLength(3);
});

test("asked by the platform, it reports at once", async () => {
  const { agent, reports } = recordingAgent();
  const { stop } = startHostReporting(agent, { ...intervals, reader: reader(() => 0) });
  await vi.advanceTimersByTimeAsync(0);
  agent.emit("asked");
  await vi.advanceTimersByTimeAsync(0);
  expect(reports).toHaveLength(2);
  stop();
});

test("posture at the first connection, then every five minutes; a report that did not arrive loses no delta", async () => {
  const { agent, postures, state } = recordingAgent();
  let bytesIn = 100;
  const { stop } = startHostReporting(agent, { ...intervals, reader: reader(() => bytesIn) });
  agent.emit("connected");
  await vi.advanceTimersByTimeAsync(0);
  expect(postures.map(({ metrics }) => metrics.network_stats?.bytes_in)).toEqual([undefined]);
  agent.emit("connected");
  bytesIn = 150;
  await vi.advanceTimersByTimeAsync(300_000);
  state.isOnline = false;
  bytesIn = 180;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(postures.map(({ metrics }) => metrics.network_stats?.bytes_in)).toEqual([undefined, 50]);
  state.isOnline = true;
  bytesIn = 200;
  agent.emit("connected");
  await vi.advanceTimersByTimeAsync(0);
  expect(postures.map(({ metrics }) => metrics.network_stats?.bytes_in)).toEqual([undefined, 50, 50]);
  const ids = postures.map(({ header }) => header.report_id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  stop();
});

test("a system without /proc is said once, and asked no more at every connection", async () => {
  const { agent, postures } = recordingAgent();
  const warn = vi.fn();
  const sockets = vi.fn(async () => undefined);
  const { stop } = startHostReporting(agent, { ...intervals, log: { ...log, warn }, reader: { ...reader(() => 0), sockets } });
  agent.emit("connected");
  await vi.advanceTimersByTimeAsync(0);
  agent.emit("connected");
  await vi.advanceTimersByTimeAsync(0);
  expect(warn).toHaveBeenCalledOnce();
  expect(sockets).toHaveBeenCalledOnce();
  expect(postures).toEqual([]);
  stop();
});
