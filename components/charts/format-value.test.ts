import { expect, test } from "vitest";
import { formatValue } from "./format-value";

test.each([
  [21.4321, "Cel", "21.43 °C"],
  [-3.5, "Cel", "-3.500 °C"],
  [0.4567, "/", "45.67 %"],
  [55, "%RH", "55 %"],
  [1_203_999_744, "B", "1.204 GB"],
  [250_000, "B/s", "250.0 kB/s"],
  [12_345, null, "12,345"],
  [1013.25, "hPa", "1,013 hPa"],
  [0, "1", "0"],
])("%d %s", (value, unit, text) => expect(formatValue(value, unit)).toBe(text));
