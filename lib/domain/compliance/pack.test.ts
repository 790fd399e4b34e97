import fc from "fast-check";
import { expect, test } from "vitest";
import { ETSI_PROVISIONS } from "./etsi-provisions";
import type { ComplianceFacts } from "./facts";
import type { ComplianceState } from "./judgement";
import { NIST_CAPABILITIES } from "./nist-capabilities";
import { assemblePack, compliancePackSchema } from "./pack";

const NOW = new Date("2026-11-28T12:00:00.000Z");

/** Ten devices of which everything is as it should be. */
const GOOD: ComplianceFacts = {
  devices: 10,
  proved: 10,
  listening: 0,
  reported: 10,
  quiet: 10,
  violating: 0,
  identities: 10,
  serials: 10,
  firmwareKnown: 10,
  configured: 10,
  inSync: 10,
  overTls: 10,
  overPlain: 0,
  overWebSocket: 0,
  encryptionRequired: 10,
  encryptionOptional: 0,
  confidential: 10,
  contentKeys: 10,
  pinnedKeys: 10,
  oldestKeyDays: 30.4,
  leaks: 0,
  liveTokens: 10,
  withoutToken: 0,
  longestTokenDays: 88.2,
  tokenLimitDays: 365,
  shared: 0,
  refusals: 3,
  revocations: 2,
  receipts: 2,
  lastRevocationAt: "2026-11-20T08:00:00.000Z",
  retired: 1,
  retiredWithAccess: 0,
  flapping: 0,
  outages: 1,
  lost: 4,
  back: 4,
  securityRules: 2,
  tamperSuspected: 0,
  rejected: 5,
  readers: 3,
  retentionDays: 90,
  platform: { at: NOW.toISOString(), machines: 1, unknown: 0, listeners: 5, unexpected: 0, reachable: [] },
};
const pack = (facts: Partial<ComplianceFacts> = {}) => assemblePack({ id: "flt_1", name: "north" }, { ...GOOD, ...facts }, NOW);
const stateOf = (number: string, facts: Partial<ComplianceFacts>) => pack(facts).provisions.find((one) => one.number === number)?.state;

test("every provision of clause 5 stands there once, under its number, and every element of table 1", () => {
  const perClause = [5, 3, 16, 4, 8, 9, 2, 3, 3, 1, 4, 3, 1];
  expect(ETSI_PROVISIONS.map(({ number }) => number)).toEqual(
    perClause.flatMap((count, index) => Array.from({ length: count }, (_, n) => `5.${index + 1}-${n + 1}`)),
  );
  for (const { number, clause } of ETSI_PROVISIONS) expect(clause.startsWith(`${number.split("-")[0]} `)).toBe(true);
  const clauses = [...new Set(NIST_CAPABILITIES.map(({ clause }) => clause))];
  expect(clauses.map((clause) => [clause, NIST_CAPABILITIES.filter((one) => one.clause === clause).length])).toEqual([
    ["Device Identification", 2],
    ["Device Configuration", 3],
    ["Data Protection", 3],
    ["Logical Access to Interfaces", 3],
    ["Software Update", 6],
    ["Cybersecurity State Awareness", 5],
  ]);
});

test("a fleet in which all is well: nothing is not met, and what nothing here sees is never met", () => {
  const { provisions, counts, text } = pack();
  expect(provisions.filter(({ state }) => state === "not_met")).toEqual([]);
  expect(provisions.filter(({ state }) => state === "partly").map(({ number }) => number)).toEqual([
    "5.9-2",
    "5.11-2",
    "5.13-1",
    "Device Configuration 2",
    "Data Protection 2",
  ]);
  for (const { number, state, evidence, beyond } of provisions) {
    if (number.startsWith("5.3-") || number.startsWith("Software Update")) expect(state).toBe("not_covered");
    if (state === "not_covered") expect([evidence, beyond]).toEqual([[], expect.any(String)]);
    else expect(evidence.length).toBeGreaterThan(0);
  }
  expect(text).toBe(`Evidence meets ${counts.met} of ${counts.met + 5} provisions that this system sees, 5 partly, 0 not`);
});

test.each<[string, Partial<ComplianceFacts>, ComplianceState]>([
  ["5.1-1", { shared: 1 }, "partly"],
  ["5.1-1", { withoutToken: 4 }, "partly"],
  ["5.1-1", { withoutToken: 10 }, "not_met"],
  ["5.1-2", { liveTokens: 0 }, "not_met"],
  ["5.1-5", { proved: 9 }, "partly"],
  ["5.4-4", { shared: 2 }, "partly"],
  ["5.5-1", { confidential: 3 }, "partly"],
  ["5.5-1", { confidential: 0 }, "not_met"],
  ["5.5-6", { contentKeys: 0, pinnedKeys: 0 }, "not_met"],
  ["5.5-6", { contentKeys: 10, pinnedKeys: 8 }, "partly"],
  ["5.5-7", { overTls: 0, overPlain: 10 }, "not_met"],
  ["5.5-8", { retiredWithAccess: 1 }, "partly"],
  ["5.5-8", { oldestKeyDays: 400 }, "partly"],
  ["5.6-1", { proved: 0 }, "met"],
  ["5.6-1", { quiet: 7 }, "partly"],
  ["5.6-2", { proved: 0 }, "not_met"],
  ["5.9-1", { lost: 0, back: 0 }, "partly"],
  ["5.9-1", { back: 2 }, "partly"],
  ["5.9-1", { back: 0 }, "not_met"],
  ["5.9-3", { flapping: 1 }, "partly"],
  ["5.10-1", { securityRules: 0 }, "partly"],
  ["5.12-1", { identities: 0 }, "not_met"],
  ["Device Identification 2", { serials: 0 }, "not_met"],
  ["Device Configuration 1", { configured: 0, inSync: 0 }, "not_met"],
  ["Device Configuration 1", { inSync: 4 }, "partly"],
  ["Cybersecurity State Awareness 1", { reported: 1 }, "partly"],
])("%s with %o is %s", (number, facts, state) => {
  expect(stateOf(number, facts)).toBe(state);
});

test("without a device nothing is met but what is not about devices", () => {
  const none = Object.fromEntries(Object.entries(GOOD).map(([key, value]) => [key, typeof value === "number" ? 0 : value])) as unknown as ComplianceFacts;
  expect(pack({ ...none, oldestKeyDays: null, longestTokenDays: null }).counts.met).toBe(0);
});

test("whatever the figures, the pack is one that its own schema takes, with sentences", () => {
  const figures = fc.record({
    devices: fc.nat(),
    proved: fc.nat(),
    reported: fc.nat(),
    shared: fc.nat(),
    lost: fc.nat(),
    back: fc.nat(),
    liveTokens: fc.nat(),
  });
  fc.assert(
    fc.property(figures, (facts) => {
      const made = pack(facts);
      expect(compliancePackSchema.parse(made)).toEqual(made);
      for (const { evidence } of made.provisions) for (const { text } of evidence) expect(text).toMatch(/^[A-Z0-9].*\.$/);
    }),
    { numRuns: 50 },
  );
});
