import { expect, test } from "vitest";
import { readCommandAnswer } from "@/lib/protocol/command";
import { catalogueOf, catalogueSchema, checkParameters } from "./catalogue";
import { commandDefinitionSchema } from "./definition";

const valve = commandDefinitionSchema.parse({
  name: "set-valve",
  title: "Set the valve",
  parameters: [
    { kind: "number", name: "percent", title: "Opening", min: 0, max: 100, whole: true },
    { kind: "text", name: "why", title: "Why", maxLength: 5, required: false },
    { kind: "choice", name: "mode", title: "Mode", choices: ["slow", "fast"], fallback: "slow" },
    { kind: "boolean", name: "hold", title: "Hold", required: false },
  ],
});
const problems = (given: Record<string, string | number | boolean>) => {
  const checked = checkParameters(valve, given);
  return checked.ok ? checked.parameters : checked.fields.map(({ path, message }) => `${path} ${message}`);
};

test("parameters are what the catalogue says, and what it fills in", () => {
  expect(problems({ percent: 40 })).toEqual({ percent: 40, mode: "slow" });
  expect(problems({ percent: 0, why: "test", mode: "fast", hold: true })).toEqual({ percent: 0, why: "test", mode: "fast", hold: true });
});

test("every wrong one is named, with what would be right", () => {
  expect(problems({})).toEqual(["parameters.percent Is needed."]);
  expect(problems({ percent: 101, why: "too long", mode: "warp", hold: "yes", speed: 3 })).toEqual([
    "parameters.speed This command has no such parameter.",
    "parameters.percent From 0 to 100.",
    "parameters.why At most 5 characters.",
    "parameters.mode One of: slow, fast.",
    "parameters.hold Yes or no is needed (true or false).",
  ]);
  expect(problems({ percent: 1.5 })).toEqual(["parameters.percent A whole number is needed."]);
  expect(problems({ percent: Number.NaN })).toEqual(["parameters.percent A number is needed."]);
  // Not a parameter, although every object has it.
  expect(checkParameters(valve, { percent: 1, constructor: "x" })).toMatchObject({ ok: false });
});

test("a catalogue has each name once, no ping, and nothing that contradicts itself", () => {
  const refused = (commands: unknown) => catalogueSchema.safeParse(commands).error?.issues.map(({ message }) => message);
  const { parameters: _, ...plain } = valve;
  expect(refused([plain, plain])).toEqual(["Two commands of one name."]);
  expect(refused([{ ...plain, name: "ping" }])).toEqual(["ping is always there."]);
  const number = { kind: "number", name: "n", title: "N", min: 5, max: 1 };
  expect(refused([{ ...plain, parameters: [number] }])).toEqual(["Below the lowest value."]);
  expect(refused([{ ...plain, parameters: [{ ...number, max: 9, fallback: 10 }] }])).toEqual(["From 5 to 9."]);
  expect(catalogueOf(null).map(({ name, dangerous }) => `${name} ${dangerous}`)).toEqual([
    "report-now false",
    "identify false",
    "log-level false",
    "restart true",
  ]);
  expect(catalogueSchema.parse(catalogueOf(null))).toEqual(catalogueOf(null));
});

test("an answer is a state of the device's, with bounded text", () => {
  const read = (value: unknown) => readCommandAnswer(Buffer.from(JSON.stringify(value)));
  expect(read({ state: "succeeded", result: { a: [1] } })).toEqual({ ok: true, answer: { state: "succeeded", result: { a: [1] } } });
  for (const wrong of [{}, { state: "expired" }, { state: "queued" }, { state: "running", progress: 101 }, { state: "failed", error: "broken" }, [], 1])
    expect(read(wrong)).toMatchObject({ ok: false, reason: "bad_shape" });
  expect(read({ state: "succeeded", result: "x".repeat(9_000) })).toMatchObject({ ok: false, reason: "too_large" });
  expect(readCommandAnswer(Buffer.from("nonsense"))).toMatchObject({ ok: false, reason: "not_json" });
});
