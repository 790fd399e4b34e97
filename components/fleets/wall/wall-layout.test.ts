import { expect, test } from "vitest";
import { cellPlace, cellStates, hitWall, layoutWall } from "./wall-layout";

test("100,000 devices at 250 sites: a cell each; a point finds the cell that stands there", () => {
  const layout = layoutWall(Array(250).fill(400), 1_100);
  expect(layout.perRow).toBe(7);
  expect(layout.tiles).toHaveLength(250);
  expect(layout.tiles.every(({ each, cells }) => each === 1 && cells === 400)).toBe(true);
  for (const [site, cell] of [
    [0, 0],
    [9, 57],
    [249, 399],
  ] as const) {
    const { x, y } = cellPlace(cell);
    const tile = layout.tiles[site] ?? { x: 0, y: 0 };
    expect(hitWall(layout, tile.x + x + 2, tile.y + y + 2)).toEqual({ site, cell });
  }
  expect(hitWall(layout, 2, 2)).toEqual({ site: 0, cell: undefined });
  expect(hitWall(layout, 145, 50)).toBeUndefined();
});

test("a site of 20,000 has cells for fifty devices each; the worst is shown", () => {
  const [tile] = layoutWall([20_000], 390).tiles;
  expect(tile).toMatchObject({ each: 50, cells: 400 });
  expect(cellStates({ states: `${"o".repeat(50)}${"o".repeat(30)}x${"z".repeat(19)}oo` }, 50)).toEqual(["online", "offline", "online"]);
});

test("a narrow wall has two sites beside each other, an empty one none", () => {
  expect(layoutWall([5, 5, 5], 320).perRow).toBe(2);
  expect(layoutWall([], 320)).toEqual({ tiles: [], height: 0, perRow: 2 });
});
