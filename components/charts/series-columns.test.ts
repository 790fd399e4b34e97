import { expect, test } from "vitest";
import { appendReadings, extremes, gapsOf, lonePoints, type SeriesColumns, tableRows, withBreaks } from "./series-columns";

const points = (...pairs: [number, number][]): SeriesColumns => ({
  time: pairs.map(([time]) => time),
  min: pairs.map(([, value]) => value - 1),
  mean: pairs.map(([, value]) => value),
  max: pairs.map(([, value]) => value + 1),
});

test("a gap is where nothing came for longer than may be, at the ends of the range too", () => {
  expect(gapsOf([100, 110, 200, 210], 20, 90, 220)).toEqual([{ from: 110, to: 200 }]);
  expect(gapsOf([100, 110], 20, 0, 300)).toEqual([
    { from: 0, to: 100 },
    { from: 110, to: 300 },
  ]);
  expect(gapsOf([], 20, 0, 300)).toEqual([{ from: 0, to: 300 }]);
  expect(gapsOf([0, 20, 40], 20, 0, 60)).toEqual([]);
});

test("a point before the range closes the gap at its start", () => {
  expect(gapsOf([85, 105], 20, 90, 120)).toEqual([]);
  expect(gapsOf([10, 15, 20, 105], 20, 90, 120)).toEqual([{ from: 90, to: 105 }]);
});

test("what was usual at the time is no gap: once a minute before, every five seconds now", () => {
  const sparse = Array.from({ length: 20 }, (_, index) => index * 60);
  const dense = Array.from({ length: 20 }, (_, index) => 1_400 + index * 5);
  expect(gapsOf([...sparse, ...dense], 12.5, 0, 1_500)).toEqual([{ from: 1_140, to: 1_400 }]);
  const broken = dense.filter((time) => time < 1_430 || time > 1_470);
  expect(gapsOf(broken, 12.5, 1_400, 1_500)).toEqual([{ from: 1_425, to: 1_475 }]);
});

test("a point between two gaps stands alone", () => {
  const [, mean] = withBreaks(points([0, 1], [5, 2], [10, 3], [100, 4], [200, 5], [205, 6], [210, 7]), 12.5);
  expect(lonePoints(mean).map((index) => mean[index])).toEqual([4]);
  expect(lonePoints([null, 3, undefined])).toEqual([1]);
});

test("lines and bands have an empty point in each gap and nowhere else", () => {
  const [time, mean, max, min] = withBreaks(points([100, 5], [110, 6], [200, 7]), 20);
  expect(time).toEqual([100, 110, 111, 200]);
  expect(mean).toEqual([5, 6, null, 7]);
  expect(max).toEqual([6, 7, null, 8]);
  expect(min).toEqual([4, 5, null, 6]);
});

test("readings come in their place, each moment once, and the input is left alone", () => {
  const before = points([100, 5], [120, 6]);
  const after = appendReadings(
    before,
    [
      { time: 130, value: 9 },
      { time: 110, value: 8 },
      { time: 130, value: 10 },
      { time: 10, value: 1 },
    ],
    50,
  );
  expect(after.time).toEqual([100, 110, 120, 130]);
  expect(after.mean).toEqual([5, 8, 6, 10]);
  expect(before.time).toEqual([100, 120]);
});

test("what left the range is dropped, but for the point from which the line comes in", () => {
  expect(appendReadings(points([100, 5], [110, 6], [120, 7]), [{ time: 130, value: 8 }], 115).time).toEqual([110, 120, 130]);
  expect(appendReadings(points([100, 5]), [], 500).time).toEqual([]);
});

test("the table keeps every extreme", () => {
  const rows = tableRows(points([0, 5], [1, 50], [2, 5], [3, -40], [4, 5]), 2);
  expect(rows).toEqual([
    { time: 0, min: 4, mean: 20, max: 51 },
    { time: 3, min: -41, mean: -17.5, max: 6 },
  ]);
});

test("extremes are those in view", () => {
  expect(extremes(points([0, 50], [10, 5], [20, 7]), 5)).toEqual({ min: 4, max: 8 });
  expect(extremes(points([0, 50]), 5)).toBeUndefined();
});
