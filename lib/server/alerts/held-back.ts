/** Devices that go away together are told apart from single ones within so many seconds (lib/domain/outages/track-outages.ts). */
const OUTAGE_DECIDED_SECONDS = 10;
/** So many that went away just now may be an outage. */
const COMPANY = 3;

/** Device `d` is away for the reason of an open outage: that is told instead. */
export const IN_OPEN_OUTAGE = `exists (
  select 1 from outage_device m join outage o on o.id = m.outage_id and o.closed_at is null where m.device_id = d.id and m.back_at is null)`;

/** Presence `p` has just become offline in company, at time `now` (a parameter): whether it is an outage is not decided yet. */
export const mayBeOutage = (now: string): string => `(p.since > ${now}::timestamptz - interval '${OUTAGE_DECIDED_SECONDS} seconds' and (
  exists (select 1 from outage o where o.fleet_id = p.fleet_id and o.closed_at is null)
  or (select count(*) from presence x where x.fleet_id = p.fleet_id and x.state = 'offline' and x.since > ${now}::timestamptz - interval '${OUTAGE_DECIDED_SECONDS} seconds') >= ${COMPANY}))`;
