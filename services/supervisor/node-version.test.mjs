import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nodeProblem } from "./node-version.mjs";

test("takes what package.json says, and nothing else", () => {
  expect(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).engines.node).toBe("^20.19 || >=22.12");
  for (const good of ["20.19.0", "20.20.2", "22.12.0", "24.0.0"]) expect(nodeProblem(good)).toBeUndefined();
  for (const bad of ["16.0.0", "18.20.0", "20.18.3", "21.7.0", "22.11.0"]) expect(nodeProblem(bad)).toContain("needs Node 20.19");
});
