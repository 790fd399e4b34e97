import { expect, test, vi } from "vitest";
import { hostSettings } from "./host-settings";
import { type ApplyState, StateKeeper } from "./state-keeper";
import { memoryStateStore, type StateStore } from "./state-store";

function keeper(apply: ApplyState, store: StateStore = memoryStateStore()) {
  const said: unknown[] = [];
  const made = new StateKeeper({ store, sealer: undefined, apply, publish: async (payload) => said.push(JSON.parse(Buffer.from(payload).toString())) > 0 });
  return { said, made, store };
}
const message = (version: number, desired: object) => Buffer.from(JSON.stringify({ version, desired, at: "2026-11-28T12:00:00.000Z" }));

test("works through each document once, says what became of it, and remembers it over a restart", async () => {
  const apply = vi.fn<ApplyState>((desired) => ({ reported: desired }));
  const { said, made, store } = keeper(apply);
  await made.greet();
  await made.receive(message(3, { a: 1 }));
  await made.receive(message(3, { a: 1 }));
  expect(said).toEqual([
    { version: 0, reported: {}, errors: {} },
    { version: 3, reported: { a: 1 }, errors: {} },
    { version: 3, reported: { a: 1 }, errors: {} },
  ]);
  expect(apply).toHaveBeenCalledTimes(2);
  const again = keeper(apply, store);
  await again.made.greet();
  expect(again.said).toEqual([{ version: 3, reported: { a: 1 }, errors: {} }]);
});

test("an older document, and what is none, change nothing", async () => {
  const { said, made } = keeper((desired) => ({ reported: desired }));
  await made.receive(message(3, { a: 3 }));
  await made.receive(message(2, { a: 2 }));
  await made.receive(Buffer.from("{"));
  await made.receive(Buffer.from('{"version": 9, "desired": [1]}'));
  expect(said.at(-1)).toMatchObject({ version: 3, reported: { a: 3 } });
});

test("an apply that throws is told, and the next document goes on", async () => {
  const onTrouble = vi.fn();
  let fails = true;
  const said: unknown[] = [];
  const made = new StateKeeper({
    store: memoryStateStore(),
    sealer: undefined,
    apply(desired) {
      if (fails && "a" in desired) throw new Error("no");
      return { reported: desired };
    },
    publish: async (payload) => said.push(JSON.parse(Buffer.from(payload).toString())) > 0,
    onTrouble,
  });
  await made.receive(message(1, { a: 1 }));
  fails = false;
  await made.receive(message(2, { a: 2 }));
  expect(onTrouble).toHaveBeenCalledTimes(1);
  expect(said).toEqual([{ version: 2, reported: { a: 2 }, errors: {} }]);
});

test("the agent's settings: taken for real, refused by path, and back to the defaults", () => {
  const reportEvery = vi.fn();
  const setLogLevel = vi.fn();
  const apply = hostSettings({ defaults: { reportEverySeconds: 5, logLevel: "info" }, reportEvery, setLogLevel });
  expect(apply({ reportEverySeconds: 30, logLevel: "debug" })).toEqual({ reported: { reportEverySeconds: 30, logLevel: "debug" }, errors: {} });
  expect(apply({ reportEverySeconds: 0, logLevel: "loud", fan: { speed: 3 } })).toEqual({
    reported: { reportEverySeconds: 30, logLevel: "debug" },
    errors: { reportEverySeconds: expect.any(String), logLevel: expect.any(String), "fan.speed": "This agent has no such setting." },
  });
  expect(apply({})).toEqual({ reported: { reportEverySeconds: 5, logLevel: "info" }, errors: {} });
  expect(reportEvery.mock.calls).toEqual([[30_000], [5_000]]);
  expect(setLogLevel.mock.calls).toEqual([["debug"], ["info"]]);
});
