import fc from "fast-check";
import { expect, test } from "vitest";
import { readVersion } from "./version";

test.each([
  ["2.1", [2, 1, 0]],
  ["v2.1.0", [2, 1, 0]],
  ["2.1.0-rc1", [2, 1, -1]],
  ["2.10", [2, 10, 0]],
  ["0.0", [0, 0]],
  ["1.2.3+build.5", [1, 2, 3, 0]],
  ["latest", undefined],
  ["", undefined],
])("%s", (text, parts) => {
  expect(readVersion(text)).toEqual(parts);
});

test("zeros behind change nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }), fc.nat(3), (parts, zeros) => {
      expect(readVersion([...parts, ...Array(zeros).fill(0)].join("."))).toEqual(readVersion(parts.join(".")));
    }),
  );
});
