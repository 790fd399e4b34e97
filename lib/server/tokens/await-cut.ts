import type { Database } from "../database/client";

const LOOK_MS = 5;
const LIMIT_MS = 2_000;

const OPEN = "s.disconnected_at is null and r.ended_at is null and r.node <> 'rabbitmq' and r.alive_at > clock_timestamp() - interval '10 seconds'";
const OF_TOKENS = `select 1 from session s join broker_run r on r.id = s.broker_run_id where s.token_id = any($1) and ${OPEN} limit 1`;
const OF_REVOCATION = `select 1 from revoked_session k join session s on s.number = k.session_number join broker_run r on r.id = s.broker_run_id
  where k.revocation_id = $1 and ${OPEN} limit 1`;

/**
 * Waits until every embedded broker has recorded the end of the sessions of these tokens, or of those that a revocation met, so that
 * whoever asked for it hears of it when it is true. Gives up after two seconds, and does not wait for a broker without a
 * heartbeat: a later one refuses them.
 */
export async function awaitCut({ pool }: Pick<Database, "pool">, of: { tokenIds: readonly string[] } | { revocationId: string }): Promise<void> {
  const [text, value] = "tokenIds" in of ? [OF_TOKENS, of.tokenIds] : [OF_REVOCATION, of.revocationId];
  for (const deadline = performance.now() + LIMIT_MS; performance.now() < deadline; ) {
    const { rowCount } = await pool.query(text, [value]);
    if (!rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
