import { describe, expect, test } from "vitest";
import { DECISION_SUITE, type SuiteDecision, suiteFor } from "./decision-suite";
import { type Access, compileAccess } from "./evaluate";

const all = DECISION_SUITE.flatMap(({ decisions }) => decisions);
const questionOf = ({ grant, action, topic, qos, retain }: SuiteDecision) => JSON.stringify([grant, action, topic, qos, retain]);

/** The evaluator's answer; of a delivery it only says yes or no. */
function answer(access: Access, { action, topic, qos, retain }: SuiteDecision): string {
  if (action === "publish") return access.publish({ topic, qos, retain }).verdict;
  if (action === "subscribe") return access.subscribe({ filter: topic, qos }).verdict;
  return access.receive(topic) ? "ALLOWED" : "DENIED";
}

function expected({ action, verdict }: SuiteDecision): string {
  return action === "receive" && verdict !== "ALLOWED" ? "DENIED" : verdict;
}

test("the suite has at least 300 decisions, each asked once and each with a reason", () => {
  expect(all.length).toBeGreaterThanOrEqual(300);
  expect(new Set(all.map(questionOf)).size).toBe(all.length);
  expect(new Set(DECISION_SUITE.map(({ grant }) => grant)).size).toBe(DECISION_SUITE.length);
  for (const { why } of all) expect(why.length).toBeGreaterThan(5);
});

test("every broker is held to most of it", () => {
  for (const broker of ["embedded", "emqx", "rabbitmq", "mosquitto"] as const)
    expect(suiteFor(broker).flatMap(({ decisions }) => decisions).length, broker).toBeGreaterThanOrEqual(300);
});

describe.each(DECISION_SUITE.map((grant) => [grant.grant, grant] as const))("%s", (_, { scopes, decisions }) => {
  for (const decision of decisions) {
    const question = questionOf(decision);
    test(question, () => {
      const access = compileAccess(scopes);
      expect(answer(access, decision), decision.why).toBe(expected(decision));
      expect(answer(access, decision), "asked again, from memory").toBe(expected(decision));
    });
  }
});
