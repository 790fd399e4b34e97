import type { Database } from "../database/client";

const LOOK_MS = 5;
const LIMIT_MS = 2_000;

/**
 * Waits until the broker has recorded that no session is open with these tokens any more, so that whoever asked for a revocation
 * hears of it when it is true. Gives up after two seconds, and at once when no broker runs: a later one refuses them.
 */
export async function awaitCut({ pool }: Pick<Database, "pool">, tokenIds: readonly string[]): Promise<void> {
  if (tokenIds.length === 0) return;
  for (const deadline = performance.now() + LIMIT_MS; performance.now() < deadline; ) {
    const { rowCount } = await pool.query(
      `select 1 from session s join broker_run r on r.id = s.broker_run_id
       where s.token_id = any($1) and s.disconnected_at is null and r.ended_at is null and r.alive_at > clock_timestamp() - interval '10 seconds' limit 1`,
      [tokenIds],
    );
    if (!rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
