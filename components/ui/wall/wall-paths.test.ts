import { expect, test } from "vitest";
import { cellAt, cellPlace, PITCH, wallHeight, wallPaths } from "./wall-paths";

test("one path per state, whatever the number of cells", () => {
  const states = Array.from({ length: 400 }, (_, index) => (index < 3 ? "offline" : "online"));
  const paths = wallPaths(states, 18);
  expect(paths.map(({ state }) => state)).toEqual(["offline", "online"]);
  expect(paths[0]?.d.match(/M/g)).toHaveLength(3);
  expect(paths[1]?.d.match(/M/g)).toHaveLength(397);
});

test("a point finds the cell that is drawn there", () => {
  for (const index of [0, 17, 18, 45]) {
    const { x, y } = cellPlace(index, 18);
    expect(cellAt(x + 2, y + 2, 18, 46)).toBe(index);
  }
  expect(cellAt(PITCH * 10 + 1, PITCH * 2 + 1, 18, 46)).toBeUndefined();
  expect(cellAt(PITCH * 18 + 1, 1, 18, 46)).toBeUndefined();
  expect(cellAt(-1, 1, 18, 46)).toBeUndefined();
});

test("height grows by rows", () => {
  expect(wallHeight(18, 18)).toBe(PITCH);
  expect(wallHeight(19, 18)).toBe(PITCH * 2);
  expect(wallHeight(0, 18)).toBe(PITCH);
});
