import type { LiveEvent } from "@/lib/protocol/live";
import type { Database } from "@/lib/server/database/client";
import { aggregateEvents } from "@/lib/server/live/aggregate-events";
import { changeFeedEvent } from "@/lib/server/live/change-tail";
import type { FeedEvent } from "@/lib/server/live/feed-event";
import { presenceFeedEvent } from "@/lib/server/live/presence-tail";
import { rejectedFeedEvent } from "@/lib/server/live/rejected-tail";
import { outageFeedEvent } from "@/lib/server/outages/outage-feed-event";
import { loadOutages } from "@/lib/server/outages/outage-row";

const HOW_MANY = 50;
/** A storm is told in a few lines, like the live feed does; so much of it is looked at. */
const STORM_ROWS = 1_000;
const STORM_MS = 5_000;

/** The newest things that happened in a fleet: ids and words are the live feed's, so that an event that comes twice is shown once. */
export async function recentEvents(database: Pick<Database, "pool">, fleetId: string): Promise<LiveEvent[]> {
  const parts = await Promise.all([
    presence(database, fleetId),
    changes(database, fleetId),
    rejected(database, fleetId),
    alerts(database, fleetId),
    outages(database, fleetId),
  ]);
  const windows = new Map<number, FeedEvent[]>();
  for (const event of parts.flat().sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const window = Math.floor(Date.parse(event.at) / STORM_MS);
    windows.set(window, [...(windows.get(window) ?? []), event]);
  }
  const lines = [...windows.values()].flatMap(aggregateEvents);
  return lines.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, HOW_MANY);
}

async function presence({ pool }: Pick<Database, "pool">, fleetId: string): Promise<FeedEvent[]> {
  const { rows } = await pool.query(
    `select c.id, c.fleet_id, c.device_id, d.name as device_name, s.name as site_name, c.state, c.cause, c.at, c.version
       from (select * from presence_change where fleet_id = $1 order by id desc limit $2) c
       join device d on d.id = c.device_id left join site s on s.id = d.site_id`,
    [fleetId, STORM_ROWS],
  );
  return rows.map(presenceFeedEvent);
}

async function changes({ pool }: Pick<Database, "pool">, fleetId: string): Promise<FeedEvent[]> {
  const { rows } = await pool.query(
    `select e.id, e.fleet_id, e.at, e.actor_name, e.action, e.object_id, d.id as device_id, d.name as device_name
       from audit_event e left join device d on d.id = e.object_id and d.fleet_id = e.fleet_id
      where e.fleet_id = $1 and split_part(e.action, '.', 1) in ('device', 'site', 'profile', 'alert_rule', 'alert', 'outage')
      order by e.id desc limit $2`,
    [fleetId, HOW_MANY],
  );
  return rows.map(changeFeedEvent);
}

async function rejected({ pool }: Pick<Database, "pool">, fleetId: string): Promise<FeedEvent[]> {
  const { rows } = await pool.query(
    `select r.id, r.fleet_id, r.reason, r.last_at, d.id as device_id, d.name as device_name, s.name as site_name
       from rejected_message r left join device d on d.id = r.device_id and d.fleet_id = r.fleet_id left join site s on s.id = d.site_id
      where r.fleet_id = $1 order by r.last_at desc limit $2`,
    [fleetId, HOW_MANY],
  );
  return rows.map(rejectedFeedEvent);
}

interface AlertRow {
  id: string;
  state: "firing" | "resolved";
  at: Date;
  version: number;
  detail: string;
  rule_name: string;
  device_id: string;
  device_name: string;
  site_name: string | null;
}

async function alerts({ pool }: Pick<Database, "pool">, fleetId: string): Promise<FeedEvent[]> {
  const { rows } = await pool.query<AlertRow>(
    `select a.id, a.state, coalesce(a.resolved_at, a.fired_at) as at, a.version, a.detail, r.name as rule_name, d.id as device_id, d.name as device_name, s.name as site_name
       from alert a join alert_rule r on r.id = a.rule_id join device d on d.id = a.device_id left join site s on s.id = d.site_id
      where a.fleet_id = $1 and a.state in ('firing', 'resolved') and a.fired_at is not null
      order by coalesce(a.resolved_at, a.fired_at) desc limit $2`,
    [fleetId, STORM_ROWS],
  );
  return rows.map((row) => {
    const fired = row.state === "firing";
    return {
      id: `${row.id}-${row.version}-${fired ? "fired" : "resolved"}`,
      at: row.at.toISOString(),
      kind: "alert" as const,
      deviceId: row.device_id,
      deviceName: row.device_name,
      mark: row.state,
      text: fired ? `Alert: ${row.rule_name}.${row.detail ? ` ${row.detail}` : ""}` : `Resolved: ${row.rule_name}.`,
      group: fired ? `raised the alert ${row.rule_name}` : `resolved the alert ${row.rule_name}`,
      site: row.site_name,
    };
  });
}

async function outages({ pool }: Pick<Database, "pool">, fleetId: string): Promise<FeedEvent[]> {
  const { rows } = await pool.query<{ id: string }>(
    "select id from outage where fleet_id = $1 and coalesce(closed_reason, '') not in ('merged', 'withdrawn') order by opened_at desc limit $2",
    [fleetId, HOW_MANY],
  );
  const found = await loadOutages(
    pool,
    fleetId,
    rows.map(({ id }) => id),
  );
  return found.flatMap((outage) => [outageFeedEvent("outage.opened", outage), ...(outage.closedAt ? [outageFeedEvent("outage.closed", outage)] : [])]);
}
