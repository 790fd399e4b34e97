import { expect, test } from "vitest";
import { toCsv } from "./csv";

const columns = { name: ({ name }: { name: string }) => name, "is on": () => true, count: () => -3, nothing: () => null };

test("a line for the names and one for each row, quoted where it is needed", () => {
  expect(toCsv([{ name: 'Pump "1", left\nside' }], columns)).toBe('name,is on,count,nothing\r\n"Pump ""1"", left\nside",true,-3,\r\n');
  expect(toCsv([], columns)).toBe("name,is on,count,nothing\r\n");
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])("%j is a text to a spreadsheet, and no formula", (name) => {
  const [, line = ""] = toCsv([{ name }], columns).split("\r\n");
  expect(line.replace(/^"/, "")).toMatch(/^'/);
});
