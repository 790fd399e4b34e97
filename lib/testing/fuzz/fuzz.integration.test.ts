import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../database";
import { fuzzClaims } from "./fuzz-claims";
import { fuzzImports } from "./fuzz-imports";
import { fuzzQueries } from "./fuzz-queries";

// The same with 100,000 cases each: npm run bench fuzz.
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

test("queries: rows of the own fleet, or a refusal", async () => {
  const { cases, run, refused } = await fuzzQueries(db.database, 500);
  expect(run + refused).toBe(cases);
  expect(Math.min(run, refused)).toBeGreaterThan(20);
});

test("files: read or told why, harmless to repeat, and no business of another fleet", async () => {
  const { rows, outcomes } = await fuzzImports(db.database, 500);
  expect(rows).toBeGreaterThan(50);
  expect(outcomes.added).toBeGreaterThan(10);
});

test("claims: answered, and nobody let in", async () => {
  const { cases, refused, challenged } = await fuzzClaims(db.database, 500);
  expect(cases).toBe(500);
  expect(refused).toBeGreaterThan(100);
  expect(challenged).toBeGreaterThan(0);
});
