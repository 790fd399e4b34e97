import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataLoss } from "./data-loss.mjs";
import { engineVersion } from "./engine.mjs";

const packageOf = (name) => JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8"));

test("the WebAssembly engine is of the commit that this Prisma is made for", () => {
  expect(packageOf("@prisma/engines-version").version).toContain(engineVersion());
});

test("all Prisma packages are of one version", () => {
  const versions = ["prisma", "@prisma/client", "@prisma/adapter-pg", "@prisma/driver-adapter-utils"].map((name) => packageOf(name).version);
  expect(new Set(versions).size).toBe(1);
});

test("a migration that destroys says so; a table made by the same migration is no loss", () => {
  expect(dataLoss('-- DropTable\nDROP TABLE "old";\n').warnings).toHaveLength(1);
  expect(dataLoss('ALTER TABLE "a" DROP COLUMN "b";').warnings[0]?.message).toContain('column "b"');
  expect(dataLoss('ALTER TABLE "a" ALTER COLUMN "b" SET NOT NULL;').warnings).toHaveLength(1);
  expect(dataLoss('CREATE TABLE "a" ("b" INT);\nCREATE UNIQUE INDEX "a_b" ON "a"("b");').warnings).toEqual([]);
  expect(dataLoss('ALTER TABLE "a" ADD COLUMN     "b" TEXT NOT NULL;').unexecutableSteps).toHaveLength(1);
  expect(dataLoss('ALTER TABLE "a" ADD COLUMN     "b" INTEGER NOT NULL DEFAULT 0;').unexecutableSteps).toEqual([]);
  expect(dataLoss("")).toEqual({ migrationSteps: 0, warnings: [], unexecutableSteps: [] });
});
