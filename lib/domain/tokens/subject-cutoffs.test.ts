import { expect, test } from "vitest";
import { SubjectCutoffs } from "./subject-cutoffs";

const at = new Date("2026-11-28T12:00:00.700Z");
const second = Math.floor(at.getTime() / 1000);
const cutoffs = new SubjectCutoffs([{ fleetId: "flt_a", subject: "dev_1", issuedBefore: at }]);

test.each([
  ["issued in the second before", { sub: "dev_1", fleet: "flt_a", iat: second - 1 }, true],
  ["issued in the same second, perhaps after it", { sub: "dev_1", fleet: "flt_a", iat: second }, false],
  ["issued later", { sub: "dev_1", fleet: "flt_a", iat: second + 1 }, false],
  ["of another subject", { sub: "dev_2", fleet: "flt_a", iat: 0 }, false],
  ["of the same subject in another fleet", { sub: "dev_1", fleet: "flt_b", iat: 0 }, false],
  ["of a service of ours, in no fleet", { sub: "dev_1", iat: 0 }, false],
])("a token %s", (_, claims, covered) => {
  expect(cutoffs.covers(claims)).toBe(covered);
});

test("a cut-off only ever rises, in whatever order it is heard", () => {
  const heard = new SubjectCutoffs([{ fleetId: "f", subject: "s", issuedBefore: at }]);
  heard.add({ fleetId: "f", subject: "s", issuedBefore: new Date(0) });
  expect(heard.covers({ sub: "s", fleet: "f", iat: second - 1 })).toBe(true);
});
