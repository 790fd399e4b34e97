import fc from "fast-check";
import { toCsv } from "@/lib/base/csv";
import { readImportFile } from "@/lib/domain/devices/import-file";
import { IMPORT_OUTCOMES, type ImportOutcome, type ImportRow, importPortions, importRowSchema } from "@/lib/domain/devices/import-row";
import type { Role } from "@/lib/domain/members/permissions";
import type { Database } from "@/lib/server/database/client";
import { importDevices } from "@/lib/server/devices/import-devices";
import { makeContext } from "../context";
import { makeDevice, makeFleet, makeProfile } from "../factories";
import { stateOf } from "./state-of";

const CELLS = [
  "name",
  "site",
  "profile",
  "note",
  "tag:line",
  "tag:__proto__",
  "pump-1",
  "=cmd|' /C calc'!A0",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "'=1",
  "'; drop table device; --",
  "<script>alert(1)</script>",
  "\u202epump",
  "\0",
  "\ud800",
  "{",
  "}",
  '"',
  '""',
  ",",
  ";",
  "\r\n",
  "\n",
  '{"name":"json-1","tags":{"__proto__":{"x":1}}}',
  '{"name":"json-2","id":"dev_0","fleetId":"flt_0","lifecycle":"retired"}',
  '{"name":1e999}',
];
const cell = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...CELLS) }, { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) });
const loose = fc.array(cell, { maxLength: 24 }).map((cells) => cells.join(""));
/** A table with the right heading, whatever stands in its cells. */
const table = fc
  .array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 4 })
  .map((rows) => ["name,site,note,tag:line", ...rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(","))].join("\r\n"));
const lines = fc
  .array(
    fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.record({ name: cell, site: cell, tags: fc.dictionary(cell, cell, { maxKeys: 3 }) }).map((row) => JSON.stringify(row)),
    ),
    {
      maxLength: 4,
    },
  )
  .map((rows) => rows.join("\n"));
const file = fc.oneof(loose, table, lines);

export interface ImportFindings {
  cases: number;
  rows: number;
  imports: number;
  outcomes: Record<ImportOutcome, number>;
}

/** Rows of so many files are written together, as a page or program sends them. */
const ROWS_TOGETHER = 250;

/**
 * Reads so many files and imports what they hold, for one of two fleets. Throws, with the file, when one cannot be answered; when a row that is
 * taken would not be taken as itself again, or reads as a formula in an export; when rows sent twice do anything the second time; or when
 * anything of the other fleet has changed.
 */
export async function fuzzImports(database: Database, cases: number, seed?: number): Promise<ImportFindings> {
  const [own, foreign] = [await makeFleet(database), await makeFleet(database)];
  for (const { id } of [own, foreign]) {
    await makeProfile(database, id);
    await makeDevice(database, id, { name: "pump-1" });
  }
  const as = (role: Role) => makeContext(database, { fleetId: own.id, role });
  const before = await stateOf(database, own.id);
  const found = { cases: 0, rows: 0, imports: 0, outcomes: { added: 0, changed: 0, unchanged: 0, refused: 0 } };
  let waiting = new Map<string, ImportRow>();
  const send = async () => {
    for (const rows of importPortions([...waiting.values()])) {
      const { rows: results } = await importDevices(as("operator"), { rows });
      for (const { outcome } of results) found.outcomes[outcome]++;
      const again = await importDevices(as("operator"), { rows });
      if (again.rows.some(({ outcome }) => outcome === "added" || outcome === "changed")) throw new Error("rows sent again changed something");
      const refused = await importDevices(as("viewer"), { rows }).catch((error: { code?: string }) => error.code);
      if (refused !== "forbidden") throw new Error("a viewer could import");
      found.imports++;
    }
    waiting = new Map();
  };
  const property = fc.asyncProperty(file, async (text) => {
    found.cases++;
    const read = readImportFile(text);
    for (const row of read.rows) {
      if (!importRowSchema.safeParse(row).success) throw new Error("a row was taken that is none");
      const exported = toCsv([row], { name: ({ name }) => name, note: ({ note }) => note });
      if (/(^|[\r\n,])"?[=+\-@\t]/.test(exported.slice("name,note\r\n".length))) throw new Error(`an export would hold a formula: ${exported}`);
      waiting.set(row.name, row);
    }
    found.rows += read.rows.length;
    if (waiting.size >= ROWS_TOGETHER) await send();
  });
  await fc.assert(property, { numRuns: cases, ...(seed === undefined ? {} : { seed }) });
  await send();
  if ((await stateOf(database, own.id)) !== before) throw new Error("An import has changed something of another fleet.");
  const sum = IMPORT_OUTCOMES.reduce((total, outcome) => total + found.outcomes[outcome], 0);
  if (sum === 0 && found.rows > 0) throw new Error("Rows without an outcome.");
  return found;
}
