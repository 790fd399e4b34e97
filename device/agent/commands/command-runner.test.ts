import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { CommandAnswer } from "@/lib/protocol/command";
import { type CommandHandlers, CommandRefused, CommandRunner } from "./command-runner";
import { fileCommandStore } from "./command-store";

function stage(handlers: CommandHandlers, demand: "open" | "envelope" | "sealed_fleet" = "open") {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-commands-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const said: { id: string; answer: CommandAnswer }[] = [];
  const state = { connected: true, pings: 0, now: Date.parse("2026-11-28T12:00:00Z") };
  const start = () =>
    new CommandRunner({
      store: fileCommandStore(path.join(folder, "commands.json")),
      handlers,
      now: () => state.now,
      onPing: () => state.pings++,
      demand: () => demand,
      open: (_id, payload) => ({ ok: true, text: Buffer.from(payload).toString(), sealed: false }),
      send: async (id, answer) => {
        if (state.connected) said.push({ id, answer });
        return state.connected;
      },
    });
  return { start, said, state, states: () => said.map(({ answer }) => answer.error?.code ?? answer.state) };
}
const command = (id: string, name: string, over: object = {}) =>
  Buffer.from(JSON.stringify({ id, name, parameters: { n: 1 }, issuedAt: "2026-11-28T12:00:00Z", expiresAt: "2026-11-28T12:01:00Z", ...over }));

test("delivered, then how far it is, then the result; what ends the process comes after that", async () => {
  const order: string[] = [];
  const { start, said } = stage({
    go: ({ parameters, progress, afterAnswer }) => {
      afterAnswer(() => order.push("after"));
      progress(40);
      progress(30);
      return { got: parameters.n };
    },
  });
  await start().receive("a", command("a", "go"));
  expect(said.map(({ answer }) => answer)).toEqual([{ state: "delivered" }, { state: "running", progress: 40 }, { state: "succeeded", result: { got: 1 } }]);
  expect(order).toEqual(["after"]);
});

test("each id once, whatever comes twice and over a restart; its answer is said again", async () => {
  const run = vi.fn(() => 7);
  const { start, said, states } = stage({ go: run });
  await start().receive("a", command("a", "go"));
  await start().receive("a", command("a", "go"));
  expect(run).toHaveBeenCalledTimes(1);
  expect(states()).toEqual(["delivered", "succeeded", "succeeded"]);
  expect(said.at(-1)?.answer.result).toBe(7);
});

test("what an earlier life began and did not end failed; nobody begins it again", async () => {
  const run = vi.fn(() => new Promise(() => {}));
  const { start, states } = stage({ go: run });
  void start().receive("a", command("a", "go"));
  const again = start();
  await again.resend();
  await again.receive("a", command("a", "go"));
  expect(run).toHaveBeenCalledTimes(1);
  expect(states()).toEqual(["delivered", "interrupted", "interrupted"]);
});

test("an answer that did not arrive is said at the next connection, once", async () => {
  const { start, state, states } = stage({ go: () => undefined });
  const runner = start();
  state.connected = false;
  await runner.receive("a", command("a", "go"));
  state.connected = true;
  await runner.resend();
  await runner.resend();
  expect(states()).toEqual(["succeeded"]);
});

test("rejected: unknown, expired, malformed, of another id, by the handler; failed when it throws", async () => {
  const { start, states } = stage({
    no: () => {
      throw new CommandRefused("too_hot", "Too hot.");
    },
    bad: () => {
      throw new Error("broken");
    },
  });
  const runner = start();
  await runner.receive("a", command("a", "constructor"));
  await runner.receive("b", command("b", "no", { expiresAt: "2026-11-28T11:59:59Z" }));
  await runner.receive("c", Buffer.from("nonsense"));
  await runner.receive("d", command("a", "no"));
  await runner.receive("e", command("e", "no"));
  await runner.receive("f", command("f", "bad"));
  expect(states()).toEqual(["unknown_command", "expired", "malformed", "malformed", "delivered", "too_hot", "delivered", "failed"]);
});

test("ids are forgotten when they have expired and the platform has the answer", async () => {
  const run = vi.fn();
  const { start, state } = stage({ go: run });
  const runner = start();
  await runner.receive("a", command("a", "go"));
  state.now += 3_600_000;
  await runner.receive("b", command("b", "go", { expiresAt: "2026-11-28T14:00:00Z" }));
  await runner.receive("a", command("a", "go", { expiresAt: "2026-11-28T14:00:00Z" }));
  expect(run).toHaveBeenCalledTimes(3);
});

test("who has a key takes nothing in the open but a ping; a device of a sealed fleet takes nothing else at all", async () => {
  const run = vi.fn();
  for (const [demand, code] of [
    ["envelope", "in_the_open"],
    ["sealed_fleet", "sealed"],
  ] as const) {
    const { start, states, state } = stage({ go: run }, demand);
    const runner = start();
    await runner.receive("a", command("a", "go"));
    await runner.receive("b", command("b", "ping"));
    expect({ states: states(), pings: state.pings }).toEqual({ states: [code], pings: 1 });
  }
  expect(run).not.toHaveBeenCalled();
});
