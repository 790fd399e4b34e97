import { expect, test, vi } from "vitest";
import { createLog } from "@/lib/base/log";
import { startLoop } from "./loop";

const log = createLog("test", "silent");
const HOUR = 3_600_000;

test("runs at once, again while more waits, then when woken", async () => {
  let left = 3;
  const step = vi.fn(async () => --left > 0);
  const loop = startLoop("test", step, { everyMs: HOUR, log });
  await vi.waitFor(() => expect(step).toHaveBeenCalledTimes(3));
  loop.wake();
  await vi.waitFor(() => expect(step).toHaveBeenCalledTimes(4));
  await loop.stop();
  expect(step).toHaveBeenCalledTimes(4);
});

test("woken during a step, it runs once more; never two at a time", async () => {
  let running = 0;
  let release: () => void = () => {};
  const step = vi.fn(async () => {
    expect(++running).toBe(1);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    running--;
    return false;
  });
  const loop = startLoop("test", step, { everyMs: HOUR, log });
  loop.wake();
  loop.wake();
  release();
  await vi.waitFor(() => expect(step).toHaveBeenCalledTimes(2));
  const stopping = loop.stop();
  release();
  await stopping;
  expect(step).toHaveBeenCalledTimes(2);
});

test("a step that fails is tried again, and stopping does not wait for the pause", async () => {
  const step = vi.fn(async () => {
    if (step.mock.calls.length < 3) throw new Error("away");
    return false;
  });
  const loop = startLoop("test", step, { everyMs: 1, log });
  await vi.waitFor(() => expect(step.mock.calls.length).toBeGreaterThanOrEqual(3));
  await loop.stop();
  const failing = startLoop("test", () => Promise.reject(new Error("away")), { everyMs: HOUR, log });
  await failing.stop();
});
