import fc from "fast-check";
import { expect, test } from "vitest";
import type { Scope } from "@/lib/protocol/access";
import { compileAccess } from "./evaluate";
import { filterCovers, filterMatchesTopic, filterProblem, filtersOverlap, topicProblem } from "./topic-filter";

// Few names and few levels, so that generated filters and topics meet often; one name begins like another.
const name = fc.constantFrom("a", "ab", "sp");
const topicArbitrary = fc.array(name, { minLength: 1, maxLength: 4 });
const filterArbitrary = fc
  .tuple(fc.array(fc.oneof(name, fc.constant("+")), { maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => (open || levels.length === 0 ? [...levels, "#"] : levels));

/** All topics of up to five levels over the names: what a filter means, written out. */
const everyTopic = (() => {
  const all: string[][] = [];
  const names = ["a", "ab", "sp", "other"];
  const grow = (topic: string[]) => {
    if (topic.length > 0) all.push(topic);
    if (topic.length < 5) for (const next of names) grow([...topic, next]);
  };
  grow([]);
  return all;
})();

/** Section 4.7 word by word, from the end of the filter. */
function naiveMatches(filter: readonly string[], topic: readonly string[]): boolean {
  if (filter.length === 0) return topic.length === 0;
  const [first, ...rest] = filter;
  if (first === "#") return true;
  if (topic.length === 0) return false;
  return (first === "+" || first === topic[0]) && naiveMatches(rest, topic.slice(1));
}

test("matching is what section 4.7 says", () => {
  fc.assert(
    fc.property(filterArbitrary, topicArbitrary, (filter, topic) => filterMatchesTopic(filter, topic) === naiveMatches(filter, topic)),
    { numRuns: 20_000 },
  );
});

test("covering and overlapping are what they mean for every topic", () => {
  fc.assert(
    fc.property(filterArbitrary, filterArbitrary, (outer, inner) => {
      const matched = everyTopic.filter((topic) => naiveMatches(inner, topic));
      const contained = matched.every((topic) => naiveMatches(outer, topic));
      expect(filterCovers(outer, inner)).toBe(contained);
      expect(filtersOverlap(outer, inner)).toBe(matched.some((topic) => naiveMatches(outer, topic)));
    }),
    { numRuns: 400 },
  );
});

const scopeArbitrary: fc.Arbitrary<Scope> = fc.record(
  {
    permission: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    action: fc.constantFrom("publish" as const, "subscribe" as const, "all" as const),
    topic: filterArbitrary.map((levels) => levels.join("/")),
    qos: fc.subarray([0, 1, 2] as const, { minLength: 1 }).map((list) => [...list]),
    retain: fc.boolean(),
  },
  { requiredKeys: ["permission", "action", "topic"] },
);

test("30,000 grants, topics and filters: the evaluator agrees with a naive one", () => {
  const qosArbitrary = fc.constantFrom(0 as const, 1 as const, 2 as const);
  fc.assert(
    fc.property(
      fc.array(scopeArbitrary, { maxLength: 5 }),
      topicArbitrary,
      filterArbitrary,
      qosArbitrary,
      fc.boolean(),
      (scopes, topic, filter, qos, retain) => {
        const access = compileAccess(scopes);
        const applies = (scope: Scope, action: "publish" | "subscribe", at: 0 | 1 | 2) =>
          (scope.action === "all" || scope.action === action) && (!scope.qos || scope.qos.includes(at));
        const levelsOf = (scope: Scope) => scope.topic.split("/");
        const decide = (fits: readonly Scope[]) =>
          fits.some(({ permission }) => permission === "allow") && fits.every(({ permission }) => permission === "allow");

        const publishing = scopes.filter(
          (scope) => applies(scope, "publish", qos) && (scope.retain === undefined || scope.retain === retain) && naiveMatches(levelsOf(scope), topic),
        );
        expect(access.publish({ topic: topic.join("/"), qos, retain }).verdict === "ALLOWED").toBe(decide(publishing));

        const receivable = ([0, 1, 2] as const).some((at) =>
          decide(scopes.filter((scope) => applies(scope, "subscribe", at) && naiveMatches(levelsOf(scope), topic))),
        );
        expect(access.receive(topic.join("/"))).toBe(receivable);

        const reading = scopes.filter((scope) => applies(scope, "subscribe", qos));
        const denied = reading.some((scope) => scope.permission === "deny" && filtersOverlap(levelsOf(scope), filter));
        const granted = reading.some((scope) => scope.permission === "allow" && filterCovers(levelsOf(scope), filter));
        expect(access.subscribe({ filter: filter.join("/"), qos }).verdict === "ALLOWED").toBe(granted && !denied);
      },
    ),
    { numRuns: 10_000 },
  );
});

test("whatever is granted to be subscribed is received, topic by topic", () => {
  fc.assert(
    fc.property(fc.array(scopeArbitrary, { maxLength: 4 }), filterArbitrary, (scopes, filter) => {
      const access = compileAccess(scopes);
      if (access.subscribe({ filter: filter.join("/"), qos: 1 }).verdict !== "ALLOWED") return;
      for (const topic of everyTopic) if (naiveMatches(filter, topic)) expect(access.receive(topic.join("/"))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("any text is judged without throwing, and only well-formed text passes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), (text) => {
      for (const problem of [topicProblem(text), filterProblem(text)])
        if (problem === undefined) {
          expect(text).not.toMatch(/\p{Cs}/u);
          expect(/\p{Cc}/u.test(text)).toBe(false);
          expect(text).not.toMatch(/^\$|^\/|\/\/|\/$/);
        }
    }),
    { numRuns: 5_000 },
  );
});

test("the quick look at a topic says well-formed only where the whole look does, whatever stands where", () => {
  // Letters of one to four bytes, halves of pairs, and what means something; lengths around both limits.
  const piece = fc.constantFrom("a", "telemetry", "ß", "€", "😀", "\ud83d", "\u0000", "\u007f", "\u0085", "+", "#", "$", "/", "/", "/", "x".repeat(160));
  const wellFormed = (text: string) =>
    !/[\p{Cc}\p{Cs}+#]/u.test(text) && text.split("/").every((level) => level !== "") && !text.startsWith("$") && text.split("/").length <= 12;
  let fine = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("")),
      (text) => {
        const expected = wellFormed(text) && Buffer.byteLength(text) <= 512;
        if (expected) fine++;
        expect(topicProblem(text) === undefined, JSON.stringify(text)).toBe(expected);
        // The same by way of a grant whose named levels are taken as read.
        const { verdict } = compileAccess([{ permission: "allow", action: "publish", topic: "a/+/#" }]).publish({ topic: `a/${text}`, qos: 0, retain: false });
        expect(verdict === "ALLOWED", JSON.stringify(text)).toBe(topicProblem(`a/${text}`) === undefined);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(fine).toBeGreaterThan(100);
});
