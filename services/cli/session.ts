import { userInfo } from "node:os";
import { systemClock } from "@/lib/base/clock";
import { type Env, readEnv } from "@/lib/base/env";
import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import type { Context } from "@/lib/server/context";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { locateDatabase } from "@/lib/server/database/locate";
import { openSecrets } from "@/lib/server/secrets";
import { readRunFile } from "@/services/supervisor/run-file";

export interface CliSession {
  /** The machine's own administrator, in the fleet that was named (or the oldest). */
  ctx: Context;
  close(): Promise<void>;
}

/** Opens the running installation. Throws `unavailable` when none runs. */
export async function openSession(source: NodeJS.ProcessEnv, fleet: string | undefined): Promise<CliSession> {
  const env = asItRuns(readEnv(source), source);
  const database = openDatabase(await locateDatabase(env), { connections: 2 });
  try {
    const actor = { kind: "system", id: "cli", name: `Command line (${userInfo().username})` } as const;
    const fleetId = await chooseFleet(database, fleet);
    const ctx: Context = {
      database,
      env,
      secrets: openSecrets(env.DATA_DIR, env),
      clock: systemClock,
      actor,
      fleetId,
      via: "cli",
      requestId: newId("request"),
    };
    return { ctx, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Ports and address of what runs on this DATA_DIR, where the environment of this shell does not say otherwise. */
function asItRuns(env: Env, source: NodeJS.ProcessEnv): Env {
  const run = readRunFile(env.DATA_DIR);
  if (!run) return env;
  const ports = Object.fromEntries(Object.entries(run.ports).filter(([name]) => name in env && !source[name]));
  return { ...env, ...ports, ...(source.PUBLIC_URL ? {} : { PUBLIC_URL: run.url }) };
}

async function chooseFleet(database: Database, wanted: string | undefined): Promise<string> {
  const { rows } = await database.pool.query<{ id: string; name: string }>("select id, name from fleet order by created_at, id");
  const matching = wanted === undefined ? rows.slice(0, 1) : rows.filter(({ id, name }) => id === wanted || name === wanted);
  const [chosen, second] = matching;
  if (chosen && !second) return chosen.id;
  if (second) throw new SallyportError("conflict", `Several fleets are named ${wanted}.`, { hint: "Name one by its id: sallyport fleets list." });
  throw new SallyportError("not_found", wanted === undefined ? "There is no fleet yet." : `There is no fleet ${wanted}.`, {
    hint: wanted === undefined ? "Start Sallyport once (npm start); it makes one." : "sallyport fleets list shows them.",
  });
}
