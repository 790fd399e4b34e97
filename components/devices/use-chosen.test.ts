import { expect, test } from "vitest";
import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { parseQuery } from "@/lib/domain/query/parse-query";
import { queryOf } from "./use-chosen";

test.each([
  [{ q: "", states: [], site: "" }, "-lifecycle:retired"],
  [{ q: "pump OR valve", states: ["offline", "silent"] as const, site: "site_1" }, "(pump OR valve) state:offline,silent site:site_1"],
  [{ q: "pump OR valve", states: [], site: "" }, "pump OR valve"],
  [{ q: "", states: ["online"] as const, site: "none" }, "state:online site:none"],
])("%j is one query, which can be read and is not empty", (listed, query) => {
  expect(queryOf(listed)).toBe(query);
  expect(parseQuery(query, DEVICE_CATALOGUE).type).not.toBe("all");
});
