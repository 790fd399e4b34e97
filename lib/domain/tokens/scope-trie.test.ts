import fc from "fast-check";
import { expect, test } from "vitest";
import type { Scope } from "@/lib/protocol/access";
import { scopesInForce, scopesOf } from "./scope-index";
import { ScopeTrie } from "./scope-trie";
import { filterMatchesTopic } from "./topic-filter";

// More names than are tried in turn, some of them the beginning of another, and grants from one scope to forty.
const NAMES = ["a", "ab", "abc", "b", "c", "d", "e", "f", "g", "h", "sp"];
const name = fc.constantFrom(...NAMES);
const topicArbitrary = fc.array(name, { minLength: 1, maxLength: 5 });
const filterArbitrary = fc
  .tuple(fc.array(fc.oneof({ weight: 4, arbitrary: name }, fc.constant("+")), { maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => (open || levels.length === 0 ? [...levels, "#"] : levels).join("/"));
const scopeArbitrary: fc.Arbitrary<Scope> = fc.record(
  {
    permission: fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    action: fc.constant("publish" as const),
    topic: filterArbitrary,
    qos: fc.subarray([0, 1, 2] as const, { minLength: 1 }).map((list) => [...list]),
    retain: fc.boolean(),
  },
  { requiredKeys: ["permission", "action", "topic"] },
);

test("the deciding scope is the first deny that matches, else the first allow, as a look at each of them says", () => {
  let decided = 0;
  fc.assert(
    fc.property(fc.array(scopeArbitrary, { maxLength: 40 }), topicArbitrary, fc.constantFrom(0, 1, 2), fc.boolean(), (scopes, topic, qos, retain) => {
      const ready = scopesOf(scopesInForce(scopes), "publish");
      const [qosBit, retainBit] = [1 << qos, retain ? 0b10 : 0b01];
      const matching = ready.filter((scope) => scope.qos & qosBit && scope.retain & retainBit && filterMatchesTopic(scope.levels, topic));
      const expected = matching.find(({ deny }) => deny) ?? matching[0];
      if (expected) decided++;
      expect(new ScopeTrie(ready).deciding(topic.join("/"), qosBit, retainBit)).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
  expect(decided).toBeGreaterThan(500);
});

test.each([
  ["a/b", ["a/b/c", "a", "a/bc", "ba/b", "", "/a/b", "a/b/"]],
  ["a/b/c/d", ["a/b/c", "a/b/c/d/e", "a/b/c/dd"]],
  ["a/+/c", ["a/c", "a/b/c/d", "a//", "+"]],
])("%s takes no other topic", (filter, topics) => {
  const trie = new ScopeTrie(scopesOf(scopesInForce([{ permission: "allow", action: "publish", topic: filter }]), "publish"));
  for (const topic of topics) expect(trie.deciding(topic, 0b111, 0b11)).toBeUndefined();
});

test("a filter that ends with # takes its parent, not its neighbour", () => {
  const trie = new ScopeTrie(scopesOf(scopesInForce([{ permission: "allow", action: "publish", topic: "a/b/#" }]), "publish"));
  expect(["a/b", "a/b/c", "a/b/c/d"].map((topic) => trie.deciding(topic, 1, 1)?.index)).toEqual([0, 0, 0]);
  expect(["a", "a/bb", "a/c"].map((topic) => trie.deciding(topic, 1, 1))).toEqual([undefined, undefined, undefined]);
});
