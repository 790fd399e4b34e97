import { readImportFile } from "@/lib/domain/devices/import-file";
import { importPortions } from "@/lib/domain/devices/import-row";
import { importDevices } from "@/lib/server/devices/import-devices";
import type { BigFleet } from "../query/big-fleet";

const ROWS = 50_000;

/**
 * A file of 50,000 new devices, from its text to the last portion that was committed; the same file again, which changes nothing;
 * and the same names and tags by bare multi-row inserts in portions of the same size, into tables that are alike.
 */
export async function importFigures({ context, database }: BigFleet, say: (text: string) => void): Promise<Record<string, number>> {
  const text = ["name,site,note,tag:line", ...Array.from({ length: ROWS }, (_, n) => `Imported ${n},Site ${n % 200},row ${n},${n % 8}`)].join("\n");
  const importAll = async (): Promise<Set<string>> => {
    const { rows } = readImportFile(text);
    const outcomes = new Set<string>();
    for (const portion of importPortions(rows)) for (const { outcome } of (await importDevices(context, { rows: portion })).rows) outcomes.add(outcome);
    return outcomes;
  };
  say(`a file of ${ROWS.toLocaleString("en")} devices`);
  const first = await timed(importAll);
  const second = await timed(importAll);
  if ([...first.result].join() !== "added" || [...second.result].join() !== "unchanged") throw new Error("the import did something else");
  const { pool } = database;
  await pool.query("create table bare_device (like device including all); create table bare_tag (like tag including all)");
  const bare = await timed(async () => {
    for (const portion of importPortions(readImportFile(text).rows)) {
      const names = portion.map(({ name }) => name);
      await pool.query(
        "insert into bare_device (id, fleet_id, profile_id, name, updated_at) select 'bare_' || name, $2, 'p', name, now() from unnest($1::text[]) name",
        [names, context.fleetId],
      );
      await pool.query("insert into bare_tag (device_id, key, value) select 'bare_' || name, 'line', '1' from unnest($1::text[]) name", [names]);
    }
  });
  return {
    importRowsPerSecond: Math.round(ROWS / first.seconds),
    importAgainRowsPerSecond: Math.round(ROWS / second.seconds),
    importToBareInsertRatio: Math.round((bare.seconds / first.seconds) * 1_000) / 1_000,
  };
}

async function timed<T>(run: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const startedAt = performance.now();
  const result = await run();
  return { seconds: (performance.now() - startedAt) / 1_000, result };
}
