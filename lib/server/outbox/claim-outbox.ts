import type { StepContext } from "../step";
import type { OutboxKind } from "../verb";

export interface OutboxRow {
  id: string;
  fleetId: string | null;
  kind: OutboxKind;
  payload: unknown;
  /** Counts this try. */
  attempts: number;
}

/** Longer than any handler takes; a worker that died in between loses its claim after this. */
const CLAIM_MS = 60_000;
const MAX_BACK_OFF_MS = 300_000;

/** Claims rows that are due, oldest first. Two workers never hold the same row: taken ones are skipped, not waited for. */
export async function claimOutbox({ database, clock }: StepContext, kinds: readonly OutboxKind[], limit = 100): Promise<OutboxRow[]> {
  const now = clock.now();
  const { rows } = await database.pool.query<OutboxRow>(
    `update outbox set locked_until = $1, attempts = attempts + 1
     where id in (
       select id from outbox
       where done_at is null and available_at <= $2 and (locked_until is null or locked_until < $2) and kind = any($3)
       order by id limit $4 for update skip locked
     )
     returning id, fleet_id as "fleetId", kind, payload, attempts`,
    [new Date(now.getTime() + CLAIM_MS), now, kinds, limit],
  );
  return rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

export async function finishOutbox({ database, clock }: StepContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.pool.query("update outbox set done_at = $1, locked_until = null, last_error = null where id = any($2::bigint[])", [clock.now(), ids]);
}

/** Gives a row back, to be tried again after a pause that doubles from 1 s to 5 minutes. Never given up: it is a promise. */
export async function postponeOutbox({ database, clock }: StepContext, row: OutboxRow, error: unknown): Promise<void> {
  const pause = Math.min(1000 * 2 ** Math.min(row.attempts - 1, 20), MAX_BACK_OFF_MS);
  const text = error instanceof Error ? error.message : String(error);
  await database.pool.query("update outbox set available_at = $1, locked_until = null, last_error = $2 where id = $3", [
    new Date(clock.now().getTime() + pause),
    text.slice(0, 500),
    row.id,
  ]);
}
