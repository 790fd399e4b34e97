import { expect, test } from "vitest";
import type { CommandView } from "@/lib/domain/commands/command-view";
import { STANDARD_COMMANDS } from "@/lib/domain/commands/standard-commands";
import { commandSentence, consequences, valueWords } from "./command-words";

const at = "2026-11-28T12:00:00.000Z";
const command = (over: Partial<CommandView>): CommandView => ({
  id: "cmd_1",
  device: { id: "dev_1", name: "Pump 1" },
  name: "restart",
  title: "Restart",
  parameters: {},
  dangerous: false,
  queue: false,
  state: "sent",
  requestedBy: "Ann",
  requestedAt: at,
  decidedBy: null,
  decidedAt: null,
  comment: "",
  cancelledBy: null,
  deadlineAt: at,
  issuedAt: at,
  sentAt: at,
  sentCount: 1,
  deliveredAt: null,
  startedAt: null,
  endedAt: null,
  progress: null,
  result: null,
  error: null,
  late: null,
  own: false,
  decidable: false,
  cancellable: false,
  ...over,
});

test("no sentence says more than is known", () => {
  expect(commandSentence(command({}))).toBe("Our broker has it; the device has not said that it has it.");
  expect(commandSentence(command({ sentCount: 3 }))).toBe("Sent 3 times; the device has not said that it has it.");
  expect(commandSentence(command({ state: "running", progress: 39.6 }))).toBe("The device is at it: 40 %.");
  expect(commandSentence(command({ state: "failed", error: { code: "no_pressure", message: "" } }))).toBe("The device could not: no pressure");
  expect(commandSentence(command({ state: "cancelled", decidedBy: "Ben", comment: "not now" }))).toBe("Turned down by Ben: “not now”");
  expect(commandSentence(command({ state: "expired", late: { state: "succeeded", at } }))).toBe(
    "The device did not take it in time. It said “succeeded” after that.",
  );
  expect(commandSentence(command({ state: "expired", issuedAt: null }))).toBe("Nobody decided in time.");
});

test("what sending means is said before", () => {
  const [report, , level, restart] = STANDARD_COMMANDS;
  if (!report || !level || !restart) throw new Error("no commands");
  expect(consequences(report, true)).toBe("It is sent at once. The device has 1 min to begin.");
  expect(consequences(report, false)).toBe("The device is away, and this command does not wait.");
  expect(consequences(level, false)).toMatch(/^The device is away: it waits for it for /);
  expect(consequences(restart, true)).toMatch(/^Dangerous: another admin has to agree within a day\./);
});

test("results on one line", () => {
  expect(valueWords({ percent: 40, mode: "slow", parts: [1] })).toBe("percent 40, mode slow, parts [1]");
  expect(valueWords(null)).toBe("");
  expect(valueWords([1, 2])).toBe("[1,2]");
});
