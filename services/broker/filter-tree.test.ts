import fc from "fast-check";
import { expect, test } from "vitest";
import { filterMatchesTopic } from "@/lib/domain/tokens/topic-filter";
import { FilterTree } from "./filter-tree";

const name = fc.constantFrom("a", "b", "", "$x");
const topics = fc.array(name, { minLength: 1, maxLength: 4 });
const filters = fc
  .tuple(fc.array(fc.oneof(name, fc.constant("+")), { maxLength: 4 }), fc.boolean())
  .map(([levels, open]) => (open || levels.length === 0 ? [...levels, "#"] : levels));

test("finds what matches level by level, keeps wildcards in front off `$`-topics, and forgets what is removed", () => {
  fc.assert(
    fc.property(fc.array(filters, { maxLength: 8 }), fc.array(filters, { maxLength: 4 }), topics, (kept, removed, topic) => {
      const tree = new FilterTree<string>();
      const all = [...kept, ...removed];
      for (const [index, filter] of all.entries()) tree.add(filter.join("/"), `${index}`);
      for (const [index, filter] of removed.entries()) tree.remove(filter.join("/"), `${kept.length + index}`);
      const found: string[] = [];
      tree.match(topic.join("/"), (value) => found.push(value));
      const expected = kept.flatMap((filter, index) => {
        const shut = topic[0]?.startsWith("$") && (filter[0] === "+" || filter[0] === "#");
        return !shut && filterMatchesTopic(filter, topic) ? [`${index}`] : [];
      });
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 5_000 },
  );
});

test("removing what is not there changes nothing", () => {
  const tree = new FilterTree<number>();
  tree.add("a/b", 1);
  tree.remove("a/b", 2);
  tree.remove("a/c", 1);
  tree.remove("x/y/z", 1);
  const found: number[] = [];
  tree.match("a/b", (value) => found.push(value));
  expect(found).toEqual([1]);
});
