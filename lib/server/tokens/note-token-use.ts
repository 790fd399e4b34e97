import type { Database } from "../database/client";

/** Once a minute is enough to tell used from unused. */
const AGAIN_AFTER = "1 minute";

/** Somebody used this token now. */
export async function noteTokenUse({ pool }: Pick<Database, "pool">, tokenId: string, now: Date): Promise<void> {
  await pool.query(
    `update access_token set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '${AGAIN_AFTER}')`,
    [tokenId, now],
  );
}
