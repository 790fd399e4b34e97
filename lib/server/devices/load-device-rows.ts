import type { DeviceRow } from "@/lib/domain/devices/device-view";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { Context } from "@/lib/server/context";

interface Row {
  id: string;
  name: string;
  lifecycle: DeviceRow["lifecycle"];
  firmware: string | null;
  created_at: Date;
  site_id: string | null;
  site_name: string | null;
  profile_id: string;
  profile_name: string;
  reporting_interval_seconds: number;
  state: PresenceState;
  cause: PresenceCause;
  since: Date;
  last_seen_at: Date | null;
  version: number;
  address: string | null;
  outage: DeviceRow["outage"];
  tamper: boolean;
  tags: DeviceRow["tags"] | null;
}

/** The rows of these devices of this fleet, in the order of the ids. Unknown and foreign ids are left out. */
export async function loadDeviceRows({ database, fleetId }: Pick<Context, "database" | "fleetId">, ids: readonly string[]): Promise<DeviceRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.pool.query<Row>(
    `select d.id, d.name, d.lifecycle, d.firmware, d.created_at, s.id as site_id, s.name as site_name,
            f.id as profile_id, f.name as profile_name, f.reporting_interval_seconds,
            p.state, p.cause, p.since, p.last_seen_at, p.version,
            (select address from session x where x.device_id = d.id order by x.number desc limit 1) as address,
            (select json_build_object('id', o.id, 'factor', o.factor, 'label', o.label) from outage_device m join outage o on o.id = m.outage_id
              where m.device_id = d.id and m.back_at is null and o.closed_at is null limit 1) as outage,
            exists (select 1 from tamper_verdict v where v.device_id = d.id and v.suspected) as tamper,
            (select json_agg(json_build_object('key', t.key, 'value', t.value) order by t.key) from tag t where t.device_id = d.id) as tags
       from unnest($2::text[]) with ordinality as wanted(id, place)
       join device d on d.id = wanted.id and d.fleet_id = $1
       join presence p on p.device_id = d.id
       join profile f on f.id = d.profile_id
       left join site s on s.id = d.site_id
      order by wanted.place`,
    [fleetId, ids],
  );
  return rows.map(view);
}

function view(row: Row): DeviceRow {
  return {
    id: row.id,
    name: row.name,
    lifecycle: row.lifecycle,
    site: row.site_id !== null && row.site_name !== null ? { id: row.site_id, name: row.site_name } : null,
    profile: { id: row.profile_id, name: row.profile_name, reportingIntervalSeconds: row.reporting_interval_seconds },
    tags: row.tags ?? [],
    firmware: row.firmware,
    presence: {
      state: row.state,
      cause: row.cause,
      since: row.since.toISOString(),
      lastSeenAt: row.last_seen_at?.toISOString() ?? null,
      version: row.version,
    },
    outage: row.outage,
    tamper: row.tamper,
    address: row.address,
    createdAt: row.created_at.toISOString(),
  };
}
