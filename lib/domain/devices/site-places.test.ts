import fc from "fast-check";
import { expect, test } from "vitest";
import { changeSiteInputSchema, decidePlace, readPlaces } from "./site-places";

test("places from a file, in any order of columns, and what is wrong by its line", () => {
  const { rows, refused, problem } = readPlaces("longitude,name,latitude\n4.466,Rotterdam,51.905\n,Nowhere,51\n200,Far,1\n5,Rotterdam,52\nx,Words,1\n");
  expect(problem).toBeUndefined();
  expect(rows).toEqual([{ line: 2, name: "Rotterdam", latitude: 51.905, longitude: 4.466 }]);
  expect(refused.map(({ line, detail }) => [line, detail])).toEqual([
    [3, "longitude: A number of degrees."],
    [4, "longitude: From -180 to 180."],
    [5, "An earlier line is about the same site."],
    [6, "longitude: A number of degrees."],
  ]);
  expect(readPlaces("name,lat\na,1").problem).toBe("The first line has no column called latitude or longitude.");
  expect(readPlaces('name,latitude,longitude\n"a,1,1').problem).toContain("cannot be read as CSV");
});

test("whatever the text, reading it is an answer", () => {
  fc.assert(
    fc.property(fc.string(), (text) => void readPlaces(`name,latitude,longitude\n${text}`)),
    { numRuns: 200 },
  );
});

test("a place is added, moved, or there already", () => {
  const row = { line: 1, name: "a", latitude: 1, longitude: 2 };
  expect([decidePlace(row, undefined), decidePlace(row, { latitude: null, longitude: null }), decidePlace(row, row)]).toEqual(["added", "placed", "unchanged"]);
});

test.each([
  [{ latitude: 1, longitude: 2 }, true],
  [{ latitude: null, longitude: null }, true],
  [{ name: "new" }, true],
  [{ latitude: 1 }, false],
  [{ latitude: 1, longitude: null }, false],
  [{ latitude: 91, longitude: 0 }, false],
])("%o is a change of place: %s", (change, good) => {
  expect(changeSiteInputSchema.safeParse({ siteId: "s", ...change }).success).toBe(good);
});
