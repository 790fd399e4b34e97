import { RENEWAL_LATEST } from "@/lib/domain/renewals/renewal-times";
import { topics } from "@/lib/protocol/topics";
import type { StepContext } from "../step";

/** Devices whose token is nearly over and that have not asked for another one: their clock may be wrong, or they were not told. */
const MARK_OVERDUE = `
  insert into device_renewal as r (device_id, fleet_id, asked_at, updated_at)
  select distinct on (t.device_id) t.device_id, t.fleet_id, $1::timestamptz, $1::timestamptz from access_token t join device d on d.id = t.device_id
  where t.renews and t.revoked_at is null and t.expires_at > $1::timestamptz and d.lifecycle = 'active'
    and $1::timestamptz >= t.issued_at + (t.expires_at - t.issued_at) * ${RENEWAL_LATEST}::float8
  on conflict (device_id) do update set asked_at = excluded.asked_at, told_at = null where r.asked_at is null`;
/** Once per connection, and again after an hour. A moment after it connected: it has to listen first. */
const TELL = `
  update device_renewal r set told_at = $1::timestamptz
  where r.device_id in (
    select w.device_id from device_renewal w
    where w.asked_at is not null and exists (
      select 1 from session s where s.device_id = w.device_id and s.disconnected_at is null and s.connected_at < $1::timestamptz - interval '1 second'
        and (w.told_at is null or s.connected_at > w.told_at or w.told_at < $1::timestamptz - interval '1 hour'))
    limit 500 for update skip locked)
  returning r.device_id as device, r.fleet_id as fleet`;
const OVERDUE_EVERY_MS = 300_000;

/** A worker's memory of when it looked last. */
export interface RenewalMemo {
  lookedAt: number;
}

/** What tells connected devices to renew their token now. May run in several workers. */
export async function tellRenewals({ database, clock }: StepContext, memo: RenewalMemo): Promise<{ topic: string; payload: string }[]> {
  const now = clock.now();
  if (now.getTime() - memo.lookedAt >= OVERDUE_EVERY_MS) {
    await database.pool.query(MARK_OVERDUE, [now]);
    memo.lookedAt = now.getTime();
  }
  const { rows } = await database.pool.query<{ device: string; fleet: string }>(TELL, [now]);
  return rows.map(({ device, fleet }) => ({ topic: topics.down(fleet, device, "token"), payload: JSON.stringify({ renew: {} }) }));
}
