import { expect, test } from "vitest";
import { ANSWER_STATES } from "@/lib/protocol/command";
import { COMMAND_STATES, isOver, nextCommandState, statesBefore } from "./command-state";
import { type Standing, takeAnswer } from "./take-answer";

const now = new Date("2026-11-28T12:00:00Z");
const standing = (over: Partial<Standing> = {}): Standing => ({
  state: "sent",
  progress: null,
  deliveredAt: null,
  startedAt: null,
  deadlineAt: new Date(now.getTime() + 5_000),
  timeoutSeconds: 30,
  lateState: null,
  ...over,
});

test("nobody but a second admin brings a command from waiting to queued; no answer does", () => {
  expect(nextCommandState("waiting", "approve")).toBe("queued");
  for (const answer of ANSWER_STATES) expect(nextCommandState("waiting", answer)).toBeUndefined();
  for (const state of COMMAND_STATES.filter((one) => one !== "waiting")) expect(nextCommandState(state, "approve")).toBeUndefined();
});

test("only the device's own word makes it delivered; what it has cannot be called back", () => {
  expect(statesBefore("send", "delivered")).toEqual([]);
  expect(statesBefore("delivered", "delivered")).toEqual(["queued", "sent"]);
  expect(statesBefore("cancel", "cancelled")).toEqual(["waiting", "queued", "sent"]);
});

test("time: what never got there expired, what got there and was not answered timed out", () => {
  expect(statesBefore("time", "expired")).toEqual(["waiting", "queued", "sent"]);
  expect(statesBefore("time", "timed_out")).toEqual(["delivered", "running"]);
});

test("what is over stays as it is", () => {
  expect(COMMAND_STATES.filter(isOver)).toEqual(["succeeded", "failed", "rejected", "timed_out", "expired", "cancelled"]);
});

test("the time to answer begins with the first word of the device", () => {
  const first = takeAnswer(standing(), { state: "delivered" }, now);
  expect(first).toMatchObject({ kind: "changed", to: { state: "delivered", deliveredAt: now, endedAt: null, deadlineAt: new Date(now.getTime() + 30_000) } });
  const later = new Date(now.getTime() + 10_000);
  const deadlineAt = new Date(now.getTime() + 30_000);
  expect(takeAnswer(standing({ state: "delivered", deliveredAt: now, deadlineAt }), { state: "running", progress: 20 }, later)).toMatchObject({
    to: { state: "running", startedAt: later, deliveredAt: now, deadlineAt, progress: 20 },
  });
});

test("progress never falls, and nothing leads back", () => {
  const running = standing({ state: "running", deliveredAt: now, startedAt: now, progress: 50 });
  expect(takeAnswer(running, { state: "running", progress: 10 }, now)).toMatchObject({ to: { progress: 50 } });
  expect(takeAnswer(running, { state: "delivered" }, now)).toEqual({ kind: "repeated" });
  expect(takeAnswer(running, { state: "succeeded", result: { ok: true } }, now)).toMatchObject({
    to: { state: "succeeded", endedAt: now, result: { ok: true } },
  });
});

test("an answer after the end is noted beside it, once", () => {
  expect(takeAnswer(standing({ state: "succeeded" }), { state: "succeeded" }, now)).toEqual({ kind: "repeated" });
  expect(takeAnswer(standing({ state: "expired" }), { state: "running" }, now)).toEqual({ kind: "late", lateState: "running" });
  expect(takeAnswer(standing({ state: "expired", lateState: "running" }), { state: "succeeded" }, now)).toEqual({ kind: "late", lateState: "succeeded" });
  expect(takeAnswer(standing({ state: "expired", lateState: "succeeded" }), { state: "failed" }, now)).toEqual({ kind: "repeated" });
});
