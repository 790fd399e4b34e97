import fc from "fast-check";
import { SallyportError } from "@/lib/base/errors";
import type { Database } from "@/lib/server/database/client";
import { deviceIdsMatching } from "@/lib/server/devices/match-devices";
import { tokenIdsMatching } from "@/lib/server/tokens/match-tokens";
import { makeDevice, makeFleet, makeTokenRow } from "../factories";
import { stateOf } from "./state-of";

const FIELDS =
  "state name id site profile firmware tag tag.line metric metric.t lifecycle last_seen since created connected listening posture kind holder label scopes".split(
    " ",
  );
const VALUES = [
  "offline",
  "true",
  "never",
  "none",
  "2h",
  ">2h",
  "2.1",
  "80",
  "-1e308",
  "NaN",
  "2026-11-28",
  "listening,stale",
  "*",
  "%",
  "_",
  "a*b?",
  "$1",
  "\\",
  "''",
];
/** What an attacker would type; each whole, and cut into the others. */
const ATTACKS = [
  "' or 1=1 --",
  "'; drop table device; --",
  '") or true or ("',
  "$1::text) or (1=1",
  "a' union select secret from api_key --",
  "\\'; select pg_sleep(10); --",
  "*/ or 1=1 /*",
  "%' or d.fleet_id <> '",
  "e'\\x27'",
  "$" + "{fleet}",
];
const JOINTS = [" ", " OR ", " AND ", " NOT ", "(", ")", "-", ",", '"', ":", ">", "<=", "=", "."];

/** Texts near the language, far from it, and hostile ones in every place of it. */
const text = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...FIELDS, ...VALUES, ...ATTACKS, ...JOINTS), { maxLength: 16 }).map((parts) => parts.join("")) },
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.tuple(fc.constantFrom("", "-"), fc.constantFrom(...FIELDS), fc.constantFrom(":", ">", "<="), fc.constantFrom(...VALUES, ...ATTACKS), fc.boolean()),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((terms) => terms.map(([not, field, is, value, quoted]) => `${not}${field}${is}${quoted ? JSON.stringify(value) : value}`).join(" ")),
  },
);

export interface QueryFindings {
  cases: number;
  /** Could be read, and were run by Postgres. */
  run: number;
  refused: number;
}

/**
 * Runs so many texts as queries about devices and tokens of one of two fleets. Throws, with the text, when one is answered by anything but
 * rows of its own fleet or a refusal that names a column, or when anything has changed after all of them.
 */
export async function fuzzQueries(database: Database, cases: number, seed?: number): Promise<QueryFindings> {
  const [own, foreign] = [await makeFleet(database), await makeFleet(database)];
  const ours = new Set<string>();
  for (const { id } of [own, foreign])
    for (const name of ["pump-1", "' or 1=1 --", "a*b"]) {
      const device = await makeDevice(database, id, { name, firmware: "2.1" });
      const token = await makeTokenRow(database, device);
      if (id === own.id) ours.add(device.id).add(token.id);
    }
  const before = await stateOf(database);
  const found = { cases: 0, run: 0, refused: 0 };
  const now = new Date();
  const property = fc.asyncProperty(text, fc.boolean(), async (query, aboutTokens) => {
    found.cases++;
    const matching = aboutTokens ? tokenIdsMatching : deviceIdsMatching;
    try {
      const ids = await matching(database.pool, own.id, query, now, 100);
      found.run++;
      const stranger = ids.find((id) => !ours.has(id));
      if (stranger !== undefined) throw new Error(`found ${stranger} of another fleet`);
    } catch (error) {
      if (!(error instanceof SallyportError && error.code === "invalid_input")) throw error;
      found.refused++;
    }
  });
  await fc.assert(property, { numRuns: cases, ...(seed === undefined ? {} : { seed }) });
  if ((await stateOf(database)) !== before) throw new Error("A query has changed something.");
  return found;
}
