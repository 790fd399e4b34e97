import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterAll, expect, test, vi } from "vitest";
import { House } from "./house";
import type { Part } from "./keep-running";
import { readRunFile } from "./run-file";

const dataDir = mkdtempSync(path.join(tmpdir(), "sallyport-house-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

const facts = { mode: "demo" as const, startedAt: "2026-11-22T12:00:00.000Z", ports: { PORT: 3000 }, url: "http://localhost:3000" };
const silent = pino({ level: "silent" });

/** A part whose process is this test's own; `events` hears of starts and stops. */
function part(name: string, events: string[]): Part & { crash(): void } {
  let end: (how: string) => void = () => {};
  return {
    name,
    crash: () => end("SIGKILL"),
    async start() {
      events.push(`+${name}`);
      const exited = new Promise<string>((resolve) => {
        end = resolve;
      });
      const stop = async () => {
        if (events.at(-1) !== `-${name}`) events.push(`-${name}`);
        end("SIGTERM");
      };
      return { pid: process.pid, exited, stop, kill: () => end("SIGKILL") };
    },
  };
}

test("who uses the others is stopped first, the database last, and run.json goes", async () => {
  const events: string[] = [];
  const house = new House(dataDir, facts, silent);
  for (const name of ["postgres", "broker", "worker", "web", "simulator"]) await house.keep(part(name, events));
  house.markReady();
  expect(readRunFile(dataDir)).toMatchObject({ ...facts, ready: true, supervisor: { pid: process.pid } });
  expect(Object.keys(readRunFile(dataDir)?.processes ?? {})).toEqual(["postgres", "broker", "worker", "web", "simulator"]);
  expect(statSync(path.join(dataDir, "run.json")).mode & 0o777).toBe(0o600);
  events.length = 0;
  await house.stop();
  expect(events.slice(0, 2).sort()).toEqual(["-simulator", "-web"]);
  expect(events.slice(2)).toEqual(["-worker", "-broker", "-postgres"]);
  expect(readRunFile(dataDir)).toBeUndefined();
});

test("a crash of one takes no other down, and shows in run.json", async () => {
  const events: string[] = [];
  const house = new House(dataDir, facts, silent);
  const broker = part("broker", events);
  await house.keep(part("postgres", events));
  await house.keep(broker);
  broker.crash();
  await vi.waitFor(() => expect(readRunFile(dataDir)?.processes.broker?.restarts).toBe(1));
  expect(events).toEqual(["+postgres", "+broker", "+broker"]);
  await house.stop();
});

test("nothing new starts once it stops, and what is being started gives up", async () => {
  const house = new House(dataDir, facts, silent);
  const slow: Part = {
    name: "web",
    start: (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("given up")))),
  };
  const starting = expect(house.keep(slow)).rejects.toThrow("given up");
  await house.stop();
  await starting;
  const events: string[] = [];
  await expect(house.keep(part("worker", events))).rejects.toThrow();
  expect(events).toEqual([]);
});
