import fc from "fast-check";
import { expect, test } from "vitest";
import { cluster, edges, fit, gridStep, moved, project, scaleAt, scaleBar, zoomOf } from "./map-view";

const SIZE = { width: 900, height: 450 };
const place = fc.record({ latitude: fc.double({ min: -80, max: 80, noNaN: true }), longitude: fc.double({ min: -179, max: 179, noNaN: true }) });

test("every place of the fleet lies on the map that is fitted to it", () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), (places) => {
      const view = fit(places, SIZE);
      // A fleet from pole to pole and around the world is wider than the map at its least zoom.
      if (zoomOf(view, SIZE) === 0) return;
      for (const one of places) {
        const { x, y } = project(view, SIZE, one);
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(SIZE.width);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(SIZE.height);
      }
    }),
  );
});

test("one site is shown with a region around it, no site with the world", () => {
  const { west, east } = edges(fit([{ latitude: 52, longitude: 5 }], SIZE), SIZE);
  expect(east - west).toBeGreaterThan(5);
  expect(edges(fit([], SIZE), SIZE)).toMatchObject({ west: -180, east: 180 });
});

test("the ground follows the pointer, and zoom steps double", () => {
  const view = { latitude: 50, longitude: 10, scale: scaleAt(3, SIZE) };
  const before = project(view, SIZE, { latitude: 51, longitude: 9 });
  const after = project(moved(view, 40, 0), SIZE, { latitude: 51, longitude: 9 });
  expect(after.x - before.x).toBeCloseTo(40);
  expect(zoomOf(view, SIZE)).toBeCloseTo(3);
  expect(scaleAt(99, SIZE)).toBe(scaleAt(7, SIZE));
});

test("near ones are one, far ones are not, and nobody is lost", () => {
  const points = [
    { x: 0, y: 0, name: "a" },
    { x: 10, y: 10, name: "b" },
    { x: 100, y: 0, name: "c" },
  ];
  expect(cluster(points, { x: 30, y: 20 }).map(({ members }) => members.map(({ name }) => name))).toEqual([["a", "b"], ["c"]]);
  const anyPoints = fc.array(fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 450 }) }));
  fc.assert(
    fc.property(anyPoints, (all) => {
      expect(cluster(all, { x: 30, y: 20 }).flatMap(({ members }) => members)).toHaveLength(all.length);
    }),
  );
});

test("a grid and a bar that people can read", () => {
  expect([gridStep({ scale: 2.5 }), gridStep({ scale: 20 }), gridStep({ scale: 200 })]).toEqual([30, 5, 1]);
  const { kilometres, pixels } = scaleBar({ latitude: 60, longitude: 0, scale: 10 });
  expect(kilometres).toBe(500);
  expect(pixels).toBeCloseTo((500 / (111.32 * 0.5)) * 10);
});
