import { fuzzClaims } from "@/lib/testing/fuzz/fuzz-claims";
import { fuzzImports } from "@/lib/testing/fuzz/fuzz-imports";
import { fuzzQueries } from "@/lib/testing/fuzz/fuzz-queries";
import type { Benchmark } from "./support/benchmark";
import { openBigFleet } from "./support/query/big-fleet";

const CASES = 100_000;

/**
 * Hostile input, against a real Postgres: query language, importer and claim protocol. Ends with the failing case, and its seed, when there is a crash,
 * an injection or a change that nobody was entitled to. `npm run bench fuzz [cases] [seed]`
 */
const fuzz: Benchmark = async ({ args, say }) => {
  const cases = args[0] === undefined ? CASES : Number(args[0]);
  const seed = args[1] === undefined ? undefined : Number(args[1]);
  const { database, close } = await openBigFleet(10);
  const timed = async <T>(what: string, run: () => Promise<T>) => {
    say(`${what}, ${cases.toLocaleString("en")} cases`);
    const startedAt = performance.now();
    const found = await run();
    return { found, seconds: Math.round((performance.now() - startedAt) / 1_000) };
  };
  try {
    const queries = await timed("query language", () => fuzzQueries(database, cases, seed));
    const imports = await timed("importer", () => fuzzImports(database, cases, seed));
    const claims = await timed("claim protocol", () => fuzzClaims(database, cases, seed));
    return {
      queryCases: queries.found.cases,
      queriesRun: queries.found.run,
      queriesRefused: queries.found.refused,
      querySeconds: queries.seconds,
      importCases: imports.found.cases,
      importRows: imports.found.rows,
      importCalls: imports.found.imports,
      devicesAdded: imports.found.outcomes.added,
      importSeconds: imports.seconds,
      claimCases: claims.found.cases,
      claimsAnswered: claims.found.answered,
      claimsRefused: claims.found.refused,
      claimSeconds: claims.seconds,
      // The first of any would have ended the run.
      crashes: 0,
      injections: 0,
      unauthorisedChanges: 0,
    };
  } finally {
    await close();
  }
};
export default fuzz;
