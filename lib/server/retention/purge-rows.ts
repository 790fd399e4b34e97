import type { StepContext } from "../step";

const DAY_MS = 86_400_000;

/** What is kept for how long, in days. Sessions, presence changes, alerts that fired and the audit log stay. */
const KEEP = [
  { table: "outbox", where: "done_at < $1", days: 1 },
  // Alerts whose condition ended before the hold time: nobody was told of them.
  { table: "alert", where: "state = 'resolved' and fired_at is null and resolved_at < $1", days: 1 },
  // Tokens of browser tabs and of our own processes live minutes to a day, and new ones are made all the time. What somebody granted stays.
  { table: "access_token", where: "subject_kind in ('console', 'service') and granted_by = '' and expires_at < $1", days: 7 },
  { table: "delivery", where: "state <> 'queued' and created_at < $1", days: 30 },
  // What listened, and what was a violation; the newest report stays.
  { table: "posture_finding", where: "ended_at < $1", days: 400 },
  // Who sent what stays in the audit log.
  { table: "command", where: "ended_at < $1", days: 400 },
  // Who changed what was desired, and when the device followed; the audit log has the first for good.
  { table: "device_state_change", where: "at < $1", days: 400 },
  { table: "claim_misuse", where: "ended_at < $1", days: 400 },
  { table: "presence_count", where: "minute < $1", days: 90 },
  { table: "worker_run", where: "coalesce(ended_at, alive_at) < $1", days: 30 },
] as const;

/** As old as measurements may get. */
const KEEP_AS_MEASUREMENTS = [
  { table: "message_count", where: "minute < $1" },
  { table: "rejected_message", where: "last_at < $1" },
  { table: "refusal", where: "last_at < $1" },
  { table: "sealed_message", where: "received_at < $1" },
] as const;

const BATCH = 5_000;

/** Deletes rows that have served, some thousand at a time. Answers how many went, per table. */
export async function purgeRows({ database, clock }: StepContext, retentionDays: number): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const { table, where, days } of [...KEEP, ...KEEP_AS_MEASUREMENTS.map((entry) => ({ ...entry, days: retentionDays }))]) {
    const before = new Date(clock.now().getTime() - days * DAY_MS);
    for (let count = BATCH; count === BATCH; ) {
      const result = await database.pool.query(`delete from ${table} where ctid in (select ctid from ${table} where ${where} limit ${BATCH})`, [before]);
      count = result.rowCount ?? 0;
      deleted[table] = (deleted[table] ?? 0) + count;
    }
  }
  return deleted;
}
