import fc from "fast-check";
import { expect, test } from "vitest";
import { ENROLMENT_EVENTS, ENROLMENT_STATES, type EnrolmentState, nextEnrolmentState } from "./enrolment";

/** Every state and every event. A dash: refused, and nothing changes. */
test.each([
  ["none", "issued", "-", "-", "-"],
  ["waiting", "waiting", "approved", "denied", "-"],
  ["approved", "issued", "-", "denied", "-"],
  ["denied", "-", "approved", "-", "-"],
  ["issued", "issued", "-", "-", "stored"],
  ["stored", "issued", "-", "-", "stored"],
])("%s: proof -> %s, approve -> %s, deny -> %s, stored -> %s", (from, ...expected) => {
  const state = ENROLMENT_STATES.find((one) => one === from);
  expect(ENROLMENT_EVENTS.map((event) => nextEnrolmentState(state, event) ?? "-")).toEqual(expected);
});

test("the first proof of a device that needs a person waits, and only that", () => {
  expect(nextEnrolmentState(undefined, "proof", true)).toBe("waiting");
  expect(nextEnrolmentState("approved", "proof", true)).toBe("issued");
});

test("whatever happens, nothing is issued to who needs a person before a person has agreed", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ENROLMENT_EVENTS), { maxLength: 30 }), (events) => {
      let state: EnrolmentState | undefined;
      let agreed = false;
      for (const event of events) {
        const next = nextEnrolmentState(state, event, true);
        if (next && event === "approve") agreed = true;
        if (next && event === "deny") agreed = false;
        state = next ?? state;
        if (state === "issued" || state === "stored") expect(agreed).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
