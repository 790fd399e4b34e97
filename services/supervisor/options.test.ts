import { expect, test } from "vitest";
import { readOptions } from "./options";

test("modes and the size of the demo", () => {
  expect(readOptions(["start"])).toEqual({ mode: "start", devices: 50 });
  expect(readOptions(["demo", "--devices", "500"])).toEqual({ mode: "demo", devices: 500 });
});

test.each([[[]], [["run"]], [["start", "--devices", "5"]], [["demo", "--devices", "0"]], [["demo", "--devices", "many"]], [["demo", "--port", "1"]]])(
  "%j is refused with the usage",
  (args) => {
    expect(() => readOptions(args)).toThrow(expect.objectContaining({ code: "configuration", hint: expect.stringContaining("npm start") }));
  },
);
