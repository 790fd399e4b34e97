/**
 * Devices of rotations, each with the one thing it is now. `used` wins: it is what was seen on the wire. `over`: it has left the
 * rotation. `away`: not connected, so nothing can be expected of it. `now` names the parameter with the time.
 */
export function rotationDevicesSql(now: string): string {
  return `
  select rd.rotation_id, rd.device_id, d.name, rd.wave, coalesce(rd.restored_version, rd.version) as version, p.state, p.since,
         p.state not in ('online', 'silent', 'flapping') as away, k.announced_at, k.received_at, k.first_seen_at, k.messages, f.failure,
         case
           when k.first_seen_at is not null then 'used'
           when rd.skipped_at is not null or d.lifecycle <> 'active' or k.state in ('retired', 'destroyed') or n.newer then 'over'
           when rd.version is null then 'planned'
           when f.failure is not null then 'failed'
           when k.received_at is not null then 'received'
           when k.announced_at is not null then 'announced'
           else 'waiting'
         end as outcome
  from key_rotation_device rd
  join key_rotation own on own.id = rd.rotation_id
  join device d on d.id = rd.device_id
  join profile make on make.id = d.profile_id
  join presence p on p.device_id = d.id
  left join device_key a on a.device_id = d.id
  left join content_key k on k.device_id = rd.device_id and k.version = coalesce(rd.restored_version, rd.version)
  left join lateral (select exists (select 1 from content_key where device_id = k.device_id and version > k.version) as newer) n on true
  left join lateral (select case
    when a.offered_at >= k.created_at then 'public_key_changed'
    when exists (select 1 from rejected_message m where m.device_id = rd.device_id and m.last_at > k.created_at
                 and m.reason in ('tampered', 'unknown_key', 'retired_key')) then 'refused'
    when p.state in ('online', 'silent', 'flapping')
         and ${now}::timestamptz - greatest(k.created_at, p.since) > greatest(own.patience_seconds, 3 * make.reporting_interval_seconds) * interval '1 second' then 'stuck'
    end as failure) f on true`;
}

/** Counts per rotation, or per rotation and wave: every device in exactly one; `away` says how many of the three before `used` are not there. */
export const OUTCOME_COUNTS = `
  count(*)::int as devices,
  count(*) filter (where outcome = 'planned')::int as planned,
  count(*) filter (where outcome = 'waiting')::int as waiting,
  count(*) filter (where outcome = 'announced')::int as announced,
  count(*) filter (where outcome = 'received')::int as received,
  count(*) filter (where outcome = 'used')::int as "usedOnWire",
  count(*) filter (where outcome = 'failed')::int as failed,
  count(*) filter (where outcome = 'over')::int as superseded,
  count(*) filter (where outcome in ('waiting', 'announced', 'received') and away)::int as away`;
