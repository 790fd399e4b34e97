import type { Pool, PoolClient } from "pg";

/** Locks of the worker's loops. Several workers may run: the one that holds the lock does the step, the others wait. */
export type LockName = "presence" | "alerts" | "outages" | "tamper" | "posture" | "device_state" | "claims";

/**
 * Runs a step in one transaction under an advisory lock that ends with it. Any error rolls the step back; the loop
 * that called it tries again (also after a deadlock, 40P01: whole steps are repeatable).
 */
export async function withLock<T>(pool: Pool, name: LockName, step: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: unknown;
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtext($1))", [`sallyport.${name}`]);
    const answer = await step(client);
    await client.query("commit");
    return answer;
  } catch (error) {
    await client.query("rollback").catch((rollbackError) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken instanceof Error ? broken : undefined);
  }
}
