import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveToken } from "@/lib/domain/tokens/token-view";
import { Link } from "./link";
import type { LinkEvent } from "./link-state";
import type { Wire, WireEvents } from "./wire";

interface FakeWire extends Wire {
  events: WireEvents;
  filters: Set<string>;
  ended: boolean;
  probes: number;
  deaf: boolean;
}

let wires: FakeWire[];
let log: string[];
let tokens: number;
let refuse: boolean;
let link: Link;

const FILTERS = ["sp/v1/flt_1/+/presence", "sp/v1/flt_1/live/#"];
const TTL_MS = 600_000;

function fakeWire(events: WireEvents): FakeWire {
  const filters = new Set<string>();
  const wire: FakeWire = {
    events,
    filters,
    ended: false,
    probes: 0,
    deaf: false,
    subscribe: async (more) => {
      for (const filter of more) filters.add(filter);
      log.push(`subscribed ${wires.indexOf(wire)}`);
    },
    unsubscribe: (gone) => {
      for (const filter of gone) filters.delete(filter);
    },
    probe: () => {
      wire.probes += 1;
      if (!wire.deaf) events.onActivity();
    },
    end: () => {
      wire.ended = true;
      log.push(`ended ${wires.indexOf(wire)}`);
    },
  };
  wires.push(wire);
  return wire;
}

const wire = (index: number): FakeWire => {
  const found = wires[index];
  if (!found) throw new Error(`no connection number ${index}`);
  return found;
};
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(async () => {
  vi.useFakeTimers();
  wires = [];
  log = [];
  tokens = 0;
  refuse = false;
  link = new Link({
    fetchToken: async () => {
      tokens += 1;
      if (refuse) throw new Error("unavailable");
      return { expiresAt: new Date(Date.now() + TTL_MS).toISOString(), clientId: `c${tokens}` } as LiveToken;
    },
    openWire: async (_token, events) => fakeWire(events),
    filters: FILTERS,
    onMessage: (topic) => log.push(`message ${topic}`),
    onEvent: ({ type }: LinkEvent) => type !== "received" && log.push(type),
    onGap: () => log.push("gap"),
    now: () => Date.now(),
  });
  link.start();
  await settle();
});
afterEach(() => {
  link.stop();
  vi.useRealTimers();
});

test("connects, subscribes, then says so and asks for what was missed", () => {
  expect(log).toEqual(["subscribed 0", "connected", "gap"]);
  expect([...wire(0).filters]).toEqual(FILTERS);
});

test("before its token ends, a second connection is subscribed before the first is closed, and nothing counts as a gap", async () => {
  log.length = 0;
  await vi.advanceTimersByTimeAsync(TTL_MS * 0.8);
  expect(wires).toHaveLength(2);
  expect(log).toEqual(["subscribed 1", "ended 0", "connected"]);
  wire(1).events.onMessage("t", new Uint8Array());
  expect(log.at(-1)).toBe("message t");
});

test("a late word of the replaced connection is not a loss", async () => {
  await vi.advanceTimersByTimeAsync(TTL_MS * 0.8);
  log.length = 0;
  wire(0).events.onLost();
  expect(log).toEqual([]);
});

test("a lost connection comes back by itself with a fresh token, and the gap is fetched", async () => {
  log.length = 0;
  wire(0).events.onLost();
  expect(log).toEqual(["lost"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(log).toEqual(["lost", "subscribed 1", "connected", "gap"]);
  expect(tokens).toBe(2);
});

test("while the server refuses, attempts grow rarer; a wake-up tries at once", async () => {
  refuse = true;
  wire(0).events.onLost();
  await vi.advanceTimersByTimeAsync(60_000);
  const tried = tokens;
  expect(tried).toBeGreaterThan(4);
  expect(tried).toBeLessThan(14);
  refuse = false;
  link.wake();
  await settle();
  expect(wires).toHaveLength(2);
});

test("a silent connection is asked for a sign of life and given up when none comes", async () => {
  await vi.advanceTimersByTimeAsync(120_000);
  expect(wire(0).probes).toBeGreaterThan(2);
  expect(log).not.toContain("lost");
  wire(0).deaf = true;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(wire(0).ended).toBe(true);
  expect(log.indexOf("lost")).toBeGreaterThan(0);
  expect(wires).toHaveLength(2);
});

test("after the machine slept, the connection is not trusted for a second", async () => {
  vi.setSystemTime(Date.now() + 3_600_000);
  link.wake();
  expect(wire(0).ended).toBe(true);
  expect(log).toContain("lost");
});

test("followers share a subscription, keep it over a reconnect, and the last one ends it", async () => {
  const first = link.attach("x");
  const second = link.attach("x");
  expect(wire(0).filters.has("x")).toBe(true);
  first();
  first();
  expect(wire(0).filters.has("x")).toBe(true);
  wire(0).events.onLost();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(wire(1).filters.has("x")).toBe(true);
  second();
  expect(wire(1).filters.has("x")).toBe(false);
});

test("a stopped link stays stopped", async () => {
  link.stop();
  await vi.advanceTimersByTimeAsync(TTL_MS);
  expect(wire(0).ended).toBe(true);
  expect(wires).toHaveLength(1);
});
