import { expect, test } from "vitest";
import { GATEWAYS_DEEP, gatewayProblem } from "./gateway-chain";

const chain = new Map<string, string | null>([
  ["roof", null],
  ["hall", "roof"],
  ["pump", "hall"],
]);

test.each<[string, string, RegExp | undefined]>([
  ["pump", "roof", undefined],
  ["new", "pump", undefined],
  ["roof", "roof", /itself/],
  ["roof", "pump", /itself/],
  ["pump", "cellar", /no device cellar/],
])("%s behind %s", (name, gateway, problem) => {
  const said = gatewayProblem(name, gateway, chain);
  if (problem) expect(said).toMatch(problem);
  else expect(said).toBeUndefined();
});

test("only so many one behind the other", () => {
  const long = new Map(Array.from({ length: GATEWAYS_DEEP + 1 }, (_, index) => [`g${index}`, index === 0 ? null : `g${index - 1}`]));
  expect(gatewayProblem("new", `g${GATEWAYS_DEEP - 1}`, long)).toBeUndefined();
  expect(gatewayProblem("new", `g${GATEWAYS_DEEP}`, long)).toMatch(/too many/);
});
