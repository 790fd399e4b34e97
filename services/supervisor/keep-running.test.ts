import { expect, test, vi } from "vitest";
import { keepRunning, type Part, type Running } from "./keep-running";

const log = { warn: () => {}, info: () => {} };

/** A part whose processes end when told to; `fail` counts starts that are to fail. */
function fakePart(fail = 0) {
  const ends: ((how: string) => void)[] = [];
  const part: Part = {
    name: "fake",
    async start() {
      if (ends.length > 0 && fail-- > 0) throw new Error("port taken");
      const { running, end } = fakeProcess(ends.length + 1);
      ends.push(end);
      return running;
    },
  };
  return { part, ends };
}

function fakeProcess(pid: number): { running: Running; end(how: string): void } {
  let end: (how: string) => void = () => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { running: { pid, exited, stop: async () => end("SIGTERM"), kill: () => end("SIGKILL") }, end };
}

test("starts again after each crash, waiting longer each time", async () => {
  const { part, ends } = fakePart();
  const waits: number[] = [];
  const kept = await keepRunning(part, { log, wait: async (ms) => void waits.push(ms), now: () => 0 });
  for (let crash = 0; crash < 3; crash++) {
    ends.at(-1)?.("SIGKILL");
    await vi.waitFor(() => expect(kept.current()?.pid).toBe(crash + 2));
  }
  expect(waits).toEqual([250, 500, 1_000]);
  expect(kept.restarts()).toBe(3);
  await kept.stop();
});

test("a restart that fails is tried again", async () => {
  const { part, ends } = fakePart(2);
  const waits: number[] = [];
  const kept = await keepRunning(part, { log, wait: async (ms) => void waits.push(ms), now: () => 0 });
  ends[0]?.("exit code 1");
  await vi.waitFor(() => expect(kept.current()?.pid).toBe(2));
  expect(waits).toEqual([250, 500, 1_000]);
  await kept.stop();
});

test("a first start that fails is the caller's", async () => {
  await expect(keepRunning({ name: "fake", start: () => Promise.reject(new Error("no")) }, { log })).rejects.toThrow("no");
});

test("a wanted restart does not wait, and a stop ends for good", async () => {
  const { part, ends } = fakePart();
  const waits: number[] = [];
  const kept = await keepRunning(part, { log, wait: async (ms) => void waits.push(ms), now: () => 0 });
  await kept.restart();
  await vi.waitFor(() => expect(kept.current()?.pid).toBe(2));
  expect(waits).toEqual([]);
  await kept.stop();
  expect(kept.current()).toBeUndefined();
  expect(ends).toHaveLength(2);
});

test("a stop during the wait starts nothing more", async () => {
  const { part, ends } = fakePart();
  let waiting = false;
  const wait = (_: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      waiting = true;
      signal.addEventListener("abort", () => resolve());
    });
  const kept = await keepRunning(part, { log, wait });
  ends[0]?.("SIGKILL");
  await vi.waitFor(() => expect(waiting).toBe(true));
  await kept.stop();
  expect(ends).toHaveLength(1);
});
