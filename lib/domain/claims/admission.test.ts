import fc from "fast-check";
import { expect, test } from "vitest";
import { type AdmissionFacts, admit, CLAIM_APPROVALS, claimState } from "./admission";
import { ENROLMENT_STATES } from "./enrolment";

const open = { fleetId: "flt_1", revoked: false, expired: false, used: 0, useLimit: 2, approval: "auto" as const, hasList: false };
const facts = (change: Partial<Omit<AdmissionFacts, "claim">> & { claim?: Partial<AdmissionFacts["claim"]> } = {}): AdmissionFacts => ({
  fleet: undefined,
  serial: undefined,
  listed: false,
  enrolment: undefined,
  known: undefined,
  ...change,
  claim: { ...open, ...change.claim },
});
const known = (by: "key" | "serial", lifecycle: "active" | "suspended" | "retired" = "active", fleetId = "flt_1") => ({ by, lifecycle, fleetId });

test.each([
  ["nothing against it", facts(), "first"],
  ["the fleet that it expects", facts({ fleet: "flt_1" }), "first"],
  ["a key that we know", facts({ known: known("key") }), "return"],
  ["a serial number that we know", facts({ known: known("serial") }), "replace, a person"],
  ["a claim that asks", facts({ claim: { approval: "ask" } }), "first, a person"],
  ["on the list", facts({ claim: { hasList: true }, serial: "A", listed: true }), "first"],
  ["not on a list that is no bar", facts({ claim: { hasList: true, approval: "listed" }, serial: "A" }), "first, a person"],
  ["on a list that lets in", facts({ claim: { hasList: true, approval: "listed" }, serial: "A", listed: true }), "first"],
  ["another fleet expected", facts({ fleet: "flt_2" }), "wrong_fleet"],
  ["a key of another fleet", facts({ known: known("key", "active", "flt_2") }), "wrong_fleet"],
  ["revoked", facts({ claim: { revoked: true } }), "revoked"],
  ["revoked in the middle", facts({ claim: { revoked: true }, enrolment: "issued" }), "revoked"],
  ["expired", facts({ claim: { expired: true } }), "expired"],
  ["expired in the middle", facts({ claim: { expired: true }, enrolment: "issued" }), "first"],
  ["expired after all was done", facts({ claim: { expired: true }, enrolment: "stored" }), "expired"],
  ["used up", facts({ claim: { used: 2 } }), "used_up"],
  ["used up by itself", facts({ claim: { used: 2 }, enrolment: "issued" }), "first"],
  ["single use, used", facts({ claim: { used: 1, useLimit: 1 } }), "already_claimed"],
  ["no serial number for a list", facts({ claim: { hasList: true } }), "serial_missing"],
  ["not on the list", facts({ claim: { hasList: true }, serial: "B" }), "serial_not_allowed"],
  ["denied", facts({ enrolment: "denied" }), "denied"],
  ["suspended", facts({ known: known("key", "suspended") }), "suspended"],
  ["retired", facts({ known: known("serial", "retired") }), "retired"],
])("%s: %3$s", (_, given, expected) => {
  const admission = admit(given);
  expect(admission.ok ? `${admission.kind}${admission.needsPerson ? ", a person" : ""}` : admission.code).toBe(expected);
});

test("nobody new is ever let in beyond the limit, by a revoked or by an expired claim", () => {
  const claim = fc.record({
    fleetId: fc.constant("flt_1"),
    revoked: fc.boolean(),
    expired: fc.boolean(),
    used: fc.nat(3),
    useLimit: fc.integer({ min: 1, max: 3 }),
    approval: fc.constantFrom(...CLAIM_APPROVALS),
    hasList: fc.boolean(),
  });
  const anything = fc.record({
    claim,
    fleet: fc.constantFrom(undefined, "flt_1", "flt_2"),
    serial: fc.constantFrom(undefined, "A"),
    listed: fc.boolean(),
    enrolment: fc.constantFrom(undefined, ...ENROLMENT_STATES),
    known: fc.constantFrom(undefined, known("key"), known("serial"), known("key", "retired"), known("key", "active", "flt_2")),
  });
  fc.assert(
    fc.property(anything, (given) => {
      const admission = admit(given);
      if (!admission.ok) return;
      expect(given.claim.revoked).toBe(false);
      expect(given.fleet).not.toBe("flt_2");
      expect(given.known?.fleetId).not.toBe("flt_2");
      if (given.enrolment === undefined)
        expect(given.claim).toMatchObject({ expired: false, used: expect.toSatisfy((used: number) => used < given.claim.useLimit) });
    }),
    { numRuns: 5_000 },
  );
});

test("a claim's state names what a person can change first", () => {
  const at = new Date(1_000);
  const claim = { revokedAt: null, expiresAt: new Date(2_000), used: 0, useLimit: 1 };
  expect(claimState(claim, at)).toBe("open");
  expect(claimState({ ...claim, used: 1 }, at)).toBe("used_up");
  expect(claimState({ ...claim, expiresAt: at }, at)).toBe("expired");
  expect(claimState({ ...claim, revokedAt: at }, at)).toBe("revoked");
});
