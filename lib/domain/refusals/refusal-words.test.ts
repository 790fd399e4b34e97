import { expect, test } from "vitest";
import { TOKEN_REFUSALS } from "../tokens/verify-claims";
import { refusalReasonWords, refusalSentences } from "./refusal-words";

const facts = { who: "Pump 7", proven: true, clientId: "dev_7", address: "192.0.2.7", detail: "", count: 1 };
const OTHERS = ["keep_alive", "will_not_allowed", "too_many_sessions", "empty_client_id", "not_logged_in", "dot_in_deny", "too_many_subscriptions"];

test.each([...TOKEN_REFUSALS, ...OTHERS])("%s has a sentence that names the holder, and a next step", (reason) => {
  const { sentence, nextStep } = refusalSentences(reason, facts);
  expect(sentence).toMatch(/Pump 7.*\.$/);
  expect(nextStep).toMatch(/\.$/);
  expect(refusalReasonWords(reason)).not.toContain("_");
});

test("a name that was only claimed is told as such", () => {
  expect(refusalSentences("bad_signature", facts).sentence).toMatch(/^Somebody at 192\.0\.2\.7 who could not prove to be Pump 7 /);
  expect(refusalSentences("missing", { ...facts, address: "" }).sentence).toMatch(/^Somebody who could not prove/);
});

test("one take-over may be a reconnect; many are two holders", () => {
  const taken = (count: number) => refusalSentences("second_holder", { ...facts, detail: "198.51.100.2", count }).sentence;
  expect(taken(1)).toContain("from 192.0.2.7 with the client id dev_7 took the place of one from 198.51.100.2. Once or twice");
  expect(taken(12)).toContain("12 times within this hour. Two machines may hold the identity of Pump 7");
});

test("a reason of a newer version is shown as it is", () => {
  expect(refusalReasonWords("toString")).toBe("toString");
  expect(refusalSentences("moon_phase", facts)).toEqual({ sentence: "Refused: moon phase.", nextStep: "" });
});
