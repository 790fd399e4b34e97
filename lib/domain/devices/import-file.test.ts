import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCsv } from "@/lib/base/csv";
import { readImportFile } from "./import-file";
import { countOutcomes, decideImport, IMPORT_BYTES_AT_ONCE, IMPORT_ROWS_AT_ONCE, importPortions, type Known } from "./import-row";

describe("a file of devices", () => {
  test("CSV in any order of columns, with tags, quotes, a byte order mark and semicolons", () => {
    const file = readImportFile('\uFEFFsite;Name;tag:line;firmware\r\n"Hall ""1""";pump-1;cold;2.1\r\n;pump-2;;\r\n');
    expect(file).toEqual({
      rows: [
        { line: 2, name: "pump-1", site: 'Hall "1"', tags: { line: "cold" } },
        { line: 3, name: "pump-2", tags: {} },
      ],
      refused: [],
      ignored: ["firmware"],
      problem: undefined,
    });
  });

  test("lines are those of the file, also below a cell of several lines", () => {
    const { rows } = readImportFile('name,note\npump-1,"one\ntwo"\npump-2,three\n\npump-3,\n');
    expect(rows.map(({ line, name }) => [line, name])).toEqual([
      [2, "pump-1"],
      [4, "pump-2"],
      [6, "pump-3"],
    ]);
  });

  test("JSON Lines: an object each; what is none is told with its line", () => {
    const file = readImportFile('{"name":"pump-1","tags":{"line":"cold"},"state":"online"}\n\n[1]\n{"name":""}\n{"name":"pump-2","site":7}\n');
    expect(file.rows).toEqual([{ line: 1, name: "pump-1", tags: { line: "cold" } }]);
    expect(file.refused.map(({ line, detail }) => [line, detail])).toEqual([
      [3, "This line is no JSON object."],
      [4, "It has no name."],
      [5, expect.stringContaining("site:")],
    ]);
    expect(file.ignored).toEqual(["state"]);
  });

  test("what is no text is told with its line, and does not stop the others", () => {
    const csv = readImportFile('name,note,tag:line\na,x,y\nb,"\0",y\n');
    const lines = readImportFile('{"name":"a"}\n{"name":"b","tags":{"line":"\\ud800"}}\n');
    for (const { rows } of [csv, lines]) expect(rows.map(({ name }) => name)).toEqual(["a"]);
    expect(csv.refused).toMatchObject([{ line: 3, detail: expect.stringContaining("note: Holds a character") }]);
    expect(lines.refused).toMatchObject([{ line: 2, detail: expect.stringContaining("tags.line: Holds a character") }]);
  });

  test("of two rows of one device the first counts", () => {
    const file = readImportFile("name,site\na,x\nb,x\na,y\n");
    expect(file.rows.map(({ line }) => line)).toEqual([2, 3]);
    expect(file.refused).toMatchObject([{ line: 4, name: "a", detail: "Line 2 is about the same device." }]);
  });

  test.each([
    ["", "no column called name"],
    ["device\na\n", "no column called name"],
    ['name\n"a\n', "cannot be read as CSV"],
    [`name\n${"a\n".repeat(50_001)}`, "more than 50,000 rows"],
  ])("%#: nothing of it can be read", (text, problem) => {
    expect(readImportFile(text)).toMatchObject({ rows: [], problem: expect.stringContaining(problem) });
  });

  test("any text is read without throwing", () => {
    const cell = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom('"', ",", ";", "\r\n", "\n", "name", "tag:a", "{", "}", "\0", "__proto__"),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), fc.boolean(), (cells, headed) => {
        const { rows, refused } = readImportFile(`${headed ? "name,site\n" : ""}${cells.join("")}`);
        for (const { name } of rows) expect(name).not.toBe("");
        for (const { outcome } of refused) expect(outcome).toBe("refused");
      }),
      { numRuns: 3_000 },
    );
  });

  test("what is written as CSV is read back the same, formulas too", () => {
    const name = fc.stringMatching(/^[=+\-@a-z"',; ]{1,12}$/).filter((text) => text.trim() === text && text !== "" && !/^'[=+\-@]/.test(text));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
        const text = toCsv(
          names.map((one) => ({ one })),
          { name: ({ one }) => one, site: () => "x" },
        );
        expect(readImportFile(text).rows.map((row) => row.name)).toEqual(names);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what a row does", () => {
  const known: Known = { lifecycle: "active", site: "Hall", profile: "pump", gateway: null, note: "old", tags: { line: "cold", feeder: "a" } };
  const profiles = new Set(["pump", "valve"]);
  const row = { line: 2, name: "pump-1", tags: {} };

  test.each([
    ["new", row, undefined, { outcome: "added" }],
    ["the same", { ...row, site: "Hall", profile: "pump", note: "old", tags: { line: "cold" } }, known, { outcome: "unchanged" }],
    ["nothing said", row, known, { outcome: "unchanged" }],
    [
      "some of it",
      { ...row, site: "Yard", profile: "pump", tags: { line: "hot", feeder: "a", new: "1" } },
      known,
      { outcome: "changed", change: { site: "Yard", tags: { line: "hot", new: "1" } } },
    ],
    ["another gateway", { ...row, gateway: "roof" }, known, { outcome: "changed", change: { gateway: "roof" } }],
    ["no such profile", { ...row, profile: "tank" }, undefined, { outcome: "refused", reason: expect.stringContaining("no profile tank") }],
    ["retired", row, { ...known, lifecycle: "retired" as const }, { outcome: "refused", reason: expect.stringContaining("retired") }],
    [
      "too many tags",
      { ...row, tags: Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`t${n}`, ""])) },
      known,
      { outcome: "refused", reason: expect.stringContaining("32 tags") },
    ],
  ])("%s", (_, one, before, expected) => {
    expect(decideImport(one, before, profiles)).toEqual(expected);
  });

  test("portions hold every row once, in order, within the limits", () => {
    const rows = Array.from({ length: 2_345 }, (_, n) => ({ line: n + 2, name: `pump-${n}`, note: "x".repeat(n % 2_000), tags: {} }));
    const portions = importPortions(rows);
    expect(portions.flat()).toEqual(rows);
    for (const portion of portions) {
      expect(portion.length).toBeLessThanOrEqual(IMPORT_ROWS_AT_ONCE);
      expect(JSON.stringify(portion).length).toBeLessThanOrEqual(IMPORT_BYTES_AT_ONCE + 2);
    }
    expect(countOutcomes([])).toEqual({ added: 0, changed: 0, unchanged: 0, refused: 0 });
  });
});
