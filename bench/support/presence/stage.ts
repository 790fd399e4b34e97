import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLog } from "@/lib/base/log";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { freePorts } from "@/lib/testing/free-ports";

/** A Postgres of its own in a temporary folder, migrated. */
export async function openPostgres(): Promise<{ url: string; database: Database; close(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  const [port = 0] = await freePorts(1);
  const server = await startPostgres({ dataDir: path.join(folder, "data"), port, log: createLog("bench-postgres", "error") });
  const clear = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  await migrate(server.url);
  const database = openDatabase(server.url);
  // The folder is thrown away: what a power cut would cost does not matter.
  await database.pool.query("alter system set fsync = off");
  await database.pool.query("select pg_reload_conf()");
  return {
    url: server.url,
    database,
    async close() {
      process.removeListener("exit", clear);
      await database.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
