import type { PoolClient } from "pg";
import type { Healthy, Loss } from "@/lib/domain/outages/explain-losses";
import { type Circumstances, type FactorKind, type Factors, factorsOf } from "@/lib/domain/outages/factors";
import { LOSS_CAUSES } from "@/lib/domain/outages/losses";
import type { OpenOutage } from "@/lib/domain/outages/track-outages";
import type { PresenceCause } from "@/lib/protocol/presence";

export interface FoundLoss extends Loss {
  cause: PresenceCause;
}

export interface StoredOutage extends OpenOutage {
  version: number;
  label: string;
  startedAt: Date;
  causes: ReadonlyMap<string, PresenceCause>;
}

const CIRCUMSTANCES = `d.site_id as site, s.address, r.node, d.firmware, d.profile_id as profile, t.batch_id as batch,
  coalesce(d.gateway_id, case when exists (select 1 from device b where b.gateway_id = d.id) then d.id end) as gateway,
  (select max(k.version) from content_key k where k.device_id = d.id and coalesce(k.received_at, k.first_seen_at) is not null) as key`;
const SOURCE = `presence p
  join device d on d.id = p.device_id and d.lifecycle in ('active', 'pending')
  left join session s on s.number = p.session_number
  left join broker_run r on r.id = s.broker_run_id
  left join access_token t on t.id = s.token_id`;

/** A device that says goodbye time and again (it sleeps in between) is not lost when it does. */
const HABIT = `(p.cause = 'clean_disconnect' and exists (
  select 1 from (select disconnect_reason from session b where b.device_id = p.device_id and b.number < p.session_number order by b.number desc limit 1) before
  where before.disconnect_reason = 'CLIENT_INITIATED_DISCONNECT'))`;

/** Absences that began after `from` and have lasted since `settled` or longer, and belong to no outage yet. All fleets, by fleet. */
export async function loadLosses(client: PoolClient, from: Date, settled: Date): Promise<Map<string, FoundLoss[]>> {
  const { rows } = await client.query<Circumstances & { fleet_id: string; device_id: string; since: Date; cause: PresenceCause }>(
    `select p.fleet_id, p.device_id, p.since, p.cause, ${CIRCUMSTANCES} from ${SOURCE}
     where p.state = 'offline' and p.since > $1 and p.since <= $2 and p.cause = any($3)
       and not exists (select 1 from outage_device o where o.device_id = p.device_id and o.lost_at = p.since)
       and not ${HABIT}
     order by p.device_id`,
    [from, settled, LOSS_CAUSES],
  );
  const byFleet = new Map<string, FoundLoss[]>();
  for (const { fleet_id, device_id, since, cause, ...circumstances } of rows) {
    const losses = byFleet.get(fleet_id) ?? [];
    losses.push({ deviceId: device_id, at: since, cause, factors: factorsOf(circumstances) });
    byFleet.set(fleet_id, losses);
  }
  return byFleet;
}

/** Devices of the fleet that are connected or expected back, those of `forming` outages aside; alike ones counted together. */
export async function loadHealthy(client: PoolClient, fleetId: string, forming: readonly string[]): Promise<Healthy[]> {
  const { rows } = await client.query<Circumstances & { count: number }>(
    `select ${CIRCUMSTANCES}, count(*)::int as count from ${SOURCE}
     where p.fleet_id = $1 and p.state not in ('offline', 'never_seen')
       and not exists (select 1 from outage_device o where o.outage_id = any($2) and o.device_id = p.device_id)
     group by 1, 2, 3, 4, 5, 6, 7, 8`,
    [fleetId, forming],
  );
  return rows.map(({ count, ...circumstances }) => ({ count, factors: factorsOf(circumstances) }));
}

export interface OpenCount {
  id: string;
  fleetId: string;
  devices: number;
  away: number;
  lastLost: Date;
  lastBack: Date | null;
}

/** The open outages of all fleets in numbers: whether anything is to be decided is seen from these. */
export async function countOpen(client: PoolClient): Promise<OpenCount[]> {
  const { rows } = await client.query<OpenCount>(
    `select o.id, o.fleet_id as "fleetId", count(*)::int as devices, count(*) filter (where m.back_at is null)::int as away,
       max(m.lost_at) as "lastLost", max(m.back_at) as "lastBack"
     from outage o join outage_device m on m.outage_id = o.id where o.closed_at is null group by o.id order by o.opened_at, o.id`,
  );
  return rows;
}

/** The open outages of a fleet with their devices, oldest first. */
export async function loadOpen(client: PoolClient, fleetId: string): Promise<StoredOutage[]> {
  const { rows } = await client.query<{ id: string; factor: FactorKind; value: string; label: string; version: number; started_at: Date }>(
    "select id, factor, value, label, version, started_at from outage where fleet_id = $1 and closed_at is null order by opened_at, id",
    [fleetId],
  );
  const { rows: members } = await client.query<{
    outage_id: string;
    device_id: string;
    lost_at: Date;
    back_at: Date | null;
    cause: PresenceCause;
    factors: Factors;
  }>("select outage_id, device_id, lost_at, back_at, cause, factors from outage_device where outage_id = any($1) order by device_id", [
    rows.map(({ id }) => id),
  ]);
  const byOutage = new Map<string, typeof members>(rows.map(({ id }) => [id, []]));
  for (const member of members) byOutage.get(member.outage_id)?.push(member);
  return rows.map(({ id, factor, value, label, version, started_at }) => {
    const own = byOutage.get(id) ?? [];
    return {
      id,
      factor,
      value,
      label,
      version,
      startedAt: started_at,
      members: own.map(({ device_id, lost_at, back_at, factors }) => ({ deviceId: device_id, at: lost_at, backAt: back_at, factors })),
      causes: new Map(own.map(({ device_id, cause }) => [device_id, cause])),
    };
  });
}

/** Devices that are connected again, suspended or retired are no longer away. */
export async function noteReturns(client: PoolClient, now: Date): Promise<void> {
  await client.query(
    `update outage_device m set back_at = case when d.lifecycle in ('active', 'pending') then least(greatest(p.since, m.lost_at), $1) else $1 end
     from outage o, presence p, device d
     where o.id = m.outage_id and o.closed_at is null and m.back_at is null and p.device_id = m.device_id and d.id = m.device_id
       and (p.state <> 'offline' or d.lifecycle not in ('active', 'pending'))`,
    [now],
  );
}
