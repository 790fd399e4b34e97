import { readFile } from "node:fs/promises";
import type { Env } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { databaseUrl, postgresFolders } from "./postgres-cluster";
import { isServerOf, readPidFile } from "./postgres-orphan";

/** Where the database is: DATABASE_URL, or the Postgres that runs on DATA_DIR now. `unavailable` when none does. */
export async function locateDatabase(env: Pick<Env, "DATABASE_URL" | "DATA_DIR">): Promise<string> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const { cluster, password } = postgresFolders(env.DATA_DIR);
  const secret = await readFile(password, "utf8").catch(() => undefined);
  const running = await readPidFile(cluster);
  if (secret === undefined || !running || !(await isServerOf(running.pid, cluster)))
    throw new SallyportError("unavailable", `No database runs on ${env.DATA_DIR}.`, {
      hint: "Start Sallyport (npm start) with the same DATA_DIR, as the same user, or set DATABASE_URL.",
    });
  return databaseUrl(secret.trim(), running.port);
}
