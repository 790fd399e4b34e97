import fc from "fast-check";
import { expect, test } from "vitest";
import { DEVICE_CATALOGUE } from "../devices/device-fields";
import { completionsAt, wantedValues } from "./complete-query";
import { parseQuery } from "./parse-query";
import { asWritten } from "./print-query";

const complete = (text: string, live: string[] = []) =>
  completionsAt(text, text.length, DEVICE_CATALOGUE, live).map(({ start, end, insert }) => text.slice(0, start) + insert + text.slice(end));
const wanted = (text: string) => wantedValues(text, text.length, DEVICE_CATALOGUE);

test.each<[string, string[]]>([
  ["st", ["state:"]],
  ["pump -la", ["pump -last_seen>"]],
  ["(t", ["(tag."]],
  ["state:off", ["state:offline "]],
  ["state:online,NEV", ["state:online,never_seen "]],
  ["listening:", ["listening:true ", "listening:false "]],
  ["last_seen:n", ["last_seen:never "]],
  ["zzz", []],
  ["nosuch:a", []],
])("%s is completed", (text, expected) => {
  expect(complete(text)).toEqual(expected);
});

test("an empty box offers every field", () => {
  expect(complete("")).toHaveLength(DEVICE_CATALOGUE.fields.length);
  expect(complete("pump ")).toHaveLength(DEVICE_CATALOGUE.fields.length);
});

test("live values are asked for, and written so that they are read again", () => {
  expect(wanted("site:Ber")).toEqual({ field: "site", key: undefined, prefix: "Ber" });
  expect(wanted('site:lej,"Berl')).toEqual({ field: "site", key: undefined, prefix: "Berl" });
  expect(wanted("-tag.li")).toEqual({ field: "tag", key: undefined, prefix: "li" });
  expect(wanted("tag.line:c")).toEqual({ field: "tag", key: "line", prefix: "c" });
  expect(wanted("metric.temp")).toEqual({ field: "metric", key: undefined, prefix: "temp" });
  for (const text of ["metric.temperature>8", "state:o", "st", "", 'site:"Berlin 3" ']) expect(wanted(text), text).toBeUndefined();
  expect(complete("site:Ber", ["Berlin 3", "Bern"])).toEqual(['site:"Berlin 3" ', "site:Bern "]);
  expect(complete('site:lej,"Berl', ["Berlin 3"])).toEqual(['site:lej,"Berlin 3" ']);
  expect(complete("metric.te", ["temperature"])).toEqual(["metric.temperature>"]);
  expect(complete("tag.", ["line"])).toEqual(["tag.line:"]);
});

test("any value can be written down and is read as itself", () => {
  const value = fc.string({ unit: "binary", minLength: 1, maxLength: 12 }).filter((text) => !/[^\P{Cc}\t\n\r]|\p{Cs}/u.test(text));
  fc.assert(
    fc.property(value, (text) => {
      const read = parseQuery(`site:${asWritten(text)}`, DEVICE_CATALOGUE);
      expect(read).toMatchObject({ field: "site", operator: ":", values: [{ text }] });
    }),
    { numRuns: 1_000 },
  );
});

test("no text and no caret make it fail", () => {
  const pieces = fc.constantFrom("a", " ", '"', "(", "-", "state:", ",", "tag", ".", ">", "\\", "site:");
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 15 }).map((parts) => parts.join("")),
      fc.nat(40),
      (text, caret) => {
        const at = Math.min(caret, text.length);
        for (const { start, end } of completionsAt(text, at, DEVICE_CATALOGUE, ["x"])) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBe(at);
        }
      },
    ),
  );
});
