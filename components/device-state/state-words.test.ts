import { expect, test } from "vitest";
import { changeWords, sideWords } from "./state-words";

test("a change in words", () => {
  expect(changeWords({ path: "a.b", from: 5, to: 30 })).toBe("a.b: 5 → 30");
  expect(changeWords({ path: "a", to: "x" })).toBe('a is "x"');
  expect(changeWords({ path: "a", from: true })).toBe("a is gone, was true");
  expect(changeWords({ path: "a", error: "No fan." })).toBe("a is not taken: No fan.");
  expect([sideWords({ side: "device", by: "Ada" }), sideWords({ side: "profile", by: "" }), sideWords({ side: "reported", by: "" })]).toEqual([
    "desired by Ada",
    "desired by its profile",
    "reported by the device",
  ]);
});
