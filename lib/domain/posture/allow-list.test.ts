import { expect, test } from "vitest";
import { allowListSchema } from "./allow-list";

test.each([
  [["tcp/22", "UDP/5353 "], true],
  [["tcp/0"], false],
  [["tcp/65536"], false],
  [["22"], false],
  [["sctp/22"], false],
])("listeners %j", (listeners, taken) => {
  expect(allowListSchema.safeParse({ listeners, destinations: [] }).success).toBe(taken);
});

test.each([
  ["192.0.2.1", true],
  ["192.0.2.1:8883", true],
  ["192.0.2.0/24", true],
  ["2001:db8::1", true],
  ["[2001:db8::1]:443", true],
  ["2001:db8::/32", true],
  ["broker.example", false],
  ["192.0.2.1:0", false],
  ["192.0.2.1:99999", false],
  ["4", false],
  ["192.0.2.0/33", false],
  ["*", false],
  ["", false],
])("destination %s", (destination, taken) => {
  expect(allowListSchema.safeParse({ listeners: [], destinations: [destination] }).success).toBe(taken);
});
