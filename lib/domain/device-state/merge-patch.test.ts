import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leavesOf, type StateDocument, statePatchSchema } from "@/lib/protocol/state";
import { mergePatch, sameValue, valueChanges } from "./merge-patch";

const key = fc.constantFrom("a", "b", "c", "constructor", "toString");
const scalar = fc.oneof(fc.boolean(), fc.integer(), fc.string({ maxLength: 4 }), fc.array(fc.integer(), { maxLength: 2 }));
const document = (leaf: fc.Arbitrary<unknown>) =>
  fc.letrec<{ tree: StateDocument }>((tie) => ({
    tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie("tree")), { maxKeys: 4 }) as fc.Arbitrary<StateDocument>,
  })).tree;
const plain = document(scalar);
const patch = document(fc.oneof(scalar, fc.constant(null)));

/** The algorithm of RFC 7396 section 2, as it stands there. */
function rfc(target: unknown, change: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(change)) return change;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete merged[name];
    else merged[name] = rfc(Object.hasOwn(merged, name) ? merged[name] : undefined, value);
  }
  return merged;
}

describe("mergePatch", () => {
  test.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: "foo" }, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ e: 1 }, { a: 1 }, { e: 1, a: 1 }],
  ])("RFC 7396 appendix A: %j with %j is %j", (target, change, wanted) => expect(mergePatch(target, change)).toEqual(wanted));

  test("agrees with the algorithm of the RFC, and changes neither", () => {
    fc.assert(
      fc.property(plain, patch, (target, change) => {
        const copies = structuredClone([target, change]);
        expect(mergePatch(target, change)).toEqual(rfc(target, change));
        expect([target, change]).toEqual(copies);
      }),
    );
  });

  test("again changes nothing; a document as a patch of nothing is itself", () => {
    fc.assert(
      fc.property(plain, patch, (target, change) => {
        const once = mergePatch(target, change);
        expect(mergePatch(once, change)).toEqual(once);
        expect(mergePatch({}, target)).toEqual(target);
      }),
    );
  });
});

test("valueChanges tells every value that differs and none else", () => {
  fc.assert(
    fc.property(plain, plain, (before, after) => {
      const [old, now] = [leavesOf(before), leavesOf(after)];
      const told = new Map(valueChanges(before, after).map((change) => [change.path, change]));
      for (const path of new Set([...old.keys(), ...now.keys()])) {
        const differs = !sameValue(old.get(path), now.get(path));
        expect(told.has(path)).toBe(differs);
        if (differs) expect([told.get(path)?.from, told.get(path)?.to]).toEqual([old.get(path), now.get(path)]);
      }
    }),
  );
});

test("values are equal whatever the order of their keys", () => {
  expect(sameValue([{ a: 1, b: 2 }], [{ b: 2, a: 1 }])).toBe(true);
  expect(sameValue([1, 2], [2, 1])).toBe(false);
  expect(sameValue(undefined, undefined)).toBe(true);
  expect(sameValue("1", 1)).toBe(false);
});

test.each([
  [{ __proto: 1 }, "no key"],
  [JSON.parse('{"__proto__": {"a": 1}}'), "no key"],
  [{ "a.b": 1 }, "no key"],
  [{ a: Number.NaN }, "finite"],
  [{ a: "\0" }, "no text"],
  [{ a: "\ud800" }, "no text"],
  [{ a: [null] }, "null"],
  [{ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }, "deep"],
  [{ a: "x".repeat(1_001) }, "1001 characters"],
  [Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`k${index}`, 1])), "More than 256"],
  [Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, "x".repeat(900)])), "at most 8192"],
  [[], "object"],
  [null, "object"],
])("no document: %j", (document, word) => expect(statePatchSchema.safeParse(document).error?.issues[0]?.message).toContain(word));
