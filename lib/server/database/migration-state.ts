import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Pool } from "pg";

/**
 * Whether the database has every migration of this version. Looks at the names only: applying is done at start.
 * `folder` holds one folder per migration; without it (a build shipped alone) only unfinished ones are noticed.
 */
export async function migrationState(
  pool: Pick<Pool, "query">,
  folder = path.join(process.cwd(), "prisma", "migrations"),
): Promise<{ ok: boolean; detail: string }> {
  const { rows } = await pool.query<{ name: string; finished: boolean }>(
    "select migration_name as name, finished_at is not null as finished from _prisma_migrations where rolled_back_at is null",
  );
  const broken = rows.find(({ finished }) => !finished);
  if (broken) return { ok: false, detail: `${broken.name} did not finish` };
  const known = await readdir(/* turbopackIgnore: true */ folder, { withFileTypes: true }).catch(() => []);
  const missing = known.filter((entry) => entry.isDirectory() && !rows.some(({ name }) => name === entry.name));
  return missing.length > 0 ? { ok: false, detail: `${missing.length} not applied yet` } : { ok: true, detail: `${rows.length} applied` };
}
