import { expect, test } from "vitest";
import { holdOrder } from "./hold-order";

const rows = (...names: string[]) => names.map((name) => ({ id: name.slice(0, 1), name }));
const names = (held: { rows: { name: string }[] }) => held.rows.map(({ name }) => name);

test("contents are fresh, places are kept", () => {
  const held = holdOrder(rows("a1", "b1", "c1"), rows("c2", "a2", "b2"));
  expect(names(held)).toEqual(["a2", "b2", "c2"]);
  expect(held.waiting).toBe(3);
});

test("nothing waits when the order is the same", () => {
  expect(holdOrder(rows("a1", "b1"), rows("a2", "b2"))).toEqual({ rows: rows("a2", "b2"), waiting: 0 });
});

test("a row that is gone stays where it was; one that is new waits", () => {
  const held = holdOrder(rows("a1", "b1", "c1"), rows("a2", "x2", "c2"));
  expect(names(held)).toEqual(["a2", "b1", "c2"]);
  expect(held.waiting).toBe(1);
});

test("the next page is appended while the order is held", () => {
  const held = holdOrder(rows("a1", "b1"), rows("a2", "b2", "c2", "d2"));
  expect(names(held)).toEqual(["a2", "b2", "c2", "d2"]);
  expect(held.waiting).toBe(0);
});
