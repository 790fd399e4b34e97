import fc from "fast-check";
import { expect, test } from "vitest";
import { advanceClaim, CLAIM_PHASES, type ClaimEvent, type ClaimPhase } from "./claim-machine";

const EVENTS: Record<string, ClaimEvent> = {
  connected: { is: "connected", hasToken: false },
  "connected with a token": { is: "connected", hasToken: true },
  challenge: { is: "challenge" },
  waiting: { is: "waiting" },
  provisioned: { is: "provisioned" },
  done: { is: "done" },
  silence: { is: "silence" },
  disconnected: { is: "disconnected" },
  refused: { is: "refused", code: "expired" },
  "nonce too old": { is: "refused", code: "nonce_expired" },
};

/** By phase, the answers to the events above in their order: `phase/act`. */
const TABLE: Record<Exclude<ClaimPhase, "refused" | "done">, string[]> = {
  offline: [
    "greeting/hello",
    "storing/sayStored",
    "proving/prove",
    "waiting/tellWaiting",
    "storing/store",
    "offline/",
    "offline/",
    "offline/",
    "refused/giveUp",
    "greeting/hello",
  ],
  greeting: [
    "greeting/hello",
    "storing/sayStored",
    "proving/prove",
    "waiting/tellWaiting",
    "storing/store",
    "greeting/",
    "greeting/hello",
    "offline/",
    "refused/giveUp",
    "greeting/hello",
  ],
  proving: [
    "greeting/hello",
    "storing/sayStored",
    "proving/prove",
    "waiting/tellWaiting",
    "storing/store",
    "proving/",
    "greeting/hello",
    "offline/",
    "refused/giveUp",
    "greeting/hello",
  ],
  waiting: [
    "greeting/hello",
    "storing/sayStored",
    "proving/prove",
    "waiting/",
    "storing/store",
    "waiting/",
    "waiting/hello",
    "offline/",
    "refused/giveUp",
    "greeting/hello",
  ],
  storing: [
    "greeting/hello",
    "storing/sayStored",
    "proving/prove",
    "waiting/tellWaiting",
    "storing/store",
    "done/finish",
    "storing/sayStored",
    "offline/",
    "refused/giveUp",
    "greeting/hello",
  ],
};

test.each(Object.entries(TABLE))("%s", (phase, expected) => {
  const from = CLAIM_PHASES.find((one) => one === phase) ?? "offline";
  const answers = Object.values(EVENTS).map((event) => advanceClaim(from, event));
  expect(answers.map((step) => `${step.phase}/${step.act ?? ""}`)).toEqual(expected);
});

test("refused and done are ends, and done comes only after something was stored", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.values(EVENTS)), { maxLength: 40 }), (events) => {
      let phase: ClaimPhase = "offline";
      let stored = false;
      for (const event of events) {
        const step = advanceClaim(phase, event);
        if (phase === "refused" || phase === "done") expect(step).toEqual({ phase, act: undefined });
        stored ||= step.act === "store" || step.act === "sayStored";
        if (step.act === "finish") expect(stored).toBe(true);
        phase = step.phase;
      }
    }),
    { numRuns: 2_000 },
  );
});
