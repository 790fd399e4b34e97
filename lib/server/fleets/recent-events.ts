import { causeText, stateText } from "@/lib/domain/presence/cause-text";
import type { LiveEvent } from "@/lib/protocol/live";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { Database } from "@/lib/server/database/client";

const HOW_MANY = 50;

interface PresenceRow {
  at: Date;
  state: PresenceState;
  cause: PresenceCause;
  version: number;
  device_id: string;
  device_name: string;
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
}

/** The newest things that happened in a fleet, as the live feed would have told them one by one. */
export async function recentEvents({ pool }: Pick<Database, "pool">, fleetId: string): Promise<LiveEvent[]> {
  const [presence, alerts] = await Promise.all([
    pool.query<PresenceRow>(
      `select c.at, c.state, c.cause, c.version, d.id as device_id, d.name as device_name
         from (select * from presence_change where fleet_id = $1 order by id desc limit $2) c join device d on d.id = c.device_id`,
      [fleetId, HOW_MANY],
    ),
    pool.query<AlertRow>(
      `select a.id, a.state, coalesce(a.resolved_at, a.fired_at) as at, a.version, a.detail, r.name as rule_name, d.id as device_id, d.name as device_name
         from alert a join alert_rule r on r.id = a.rule_id join device d on d.id = a.device_id
        where a.fleet_id = $1 and a.state in ('firing', 'resolved') and a.fired_at is not null
        order by coalesce(a.resolved_at, a.fired_at) desc limit $2`,
      [fleetId, HOW_MANY],
    ),
  ]);
  return [...presence.rows.map(presenceEvent), ...alerts.rows.map(alertEvent)].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, HOW_MANY);
}

function presenceEvent(row: PresenceRow): LiveEvent {
  return {
    id: `${row.device_id}-${row.version}`,
    at: row.at.toISOString(),
    kind: "presence",
    deviceId: row.device_id,
    deviceName: row.device_name,
    mark: row.state,
    text: `${row.device_name} is ${stateText(row.state)}. ${causeText(row.cause)}`,
  };
}

function alertEvent(row: AlertRow): LiveEvent {
  const fired = row.state === "firing";
  return {
    id: `${row.id}-${row.version}-${fired ? "fired" : "resolved"}`,
    at: row.at.toISOString(),
    kind: "alert",
    deviceId: row.device_id,
    deviceName: row.device_name,
    mark: row.state,
    text: fired ? `Alert: ${row.rule_name}.${row.detail ? ` ${row.detail}` : ""}` : `Resolved: ${row.rule_name}.`,
  };
}
