import type { Database } from "../database/client";
import type { FeedEvent } from "./feed-event";
import { createTail, type Tail } from "./tail";

interface ChangeRow {
  id: string;
  fleet_id: string;
  at: Date;
  actor_name: string;
  action: string;
  object_id: string;
  device_id: string | null;
  device_name: string | null;
}

/** Ids of one moment's transactions may come out of order by at most so many. */
const OVERLAP = 200n;

/** What people did to devices, sites, rules and alerts: changes that every role may read. Tokens and members stay in the audit log. */
export function changeTail({ pool }: Pick<Database, "pool">): Tail<ChangeRow> {
  return createTail({
    overlap: OVERLAP,
    async newestId() {
      const { rows } = await pool.query<{ id: string }>("select coalesce(max(id), 0) as id from audit_event");
      return BigInt(rows[0]?.id ?? 0);
    },
    async after(id) {
      const { rows } = await pool.query<ChangeRow>(
        `select e.id, e.fleet_id, e.at, e.actor_name, e.action, e.object_id, d.id as device_id, d.name as device_name
         from audit_event e left join device d on d.id = e.object_id and d.fleet_id = e.fleet_id
         where e.id > $1 and e.fleet_id is not null and split_part(e.action, '.', 1) in ('device', 'site', 'profile', 'alert_rule', 'alert', 'outage')
         order by e.id limit 2000`,
        [id],
      );
      return rows;
    },
  });
}

const ACTIONS: Record<string, string> = {
  "device.added": "added the device",
  "device.changed": "changed the device",
  "device.decommissioned": "retired the device",
  "site.added": "added a site",
  "profile.added": "added a profile",
  "profile.reporting_set": "changed how a profile reports or sleeps",
  "alert_rule.added": "added an alert rule",
  "alert_rule.changed": "changed an alert rule",
  "alert_rule.removed": "removed an alert rule",
  "alert.acknowledged": "acknowledged an alert",
  "outage.acknowledged": "acknowledged an outage",
};

export function changeFeedEvent(row: ChangeRow): FeedEvent {
  const did = ACTIONS[row.action] ?? row.action;
  return {
    id: `audit-${row.id}`,
    at: row.at.toISOString(),
    kind: "audit",
    deviceId: row.device_id,
    deviceName: row.device_name,
    mark: "",
    text: `${row.actor_name} ${did}${row.device_name ? ` ${row.device_name}` : ""}.`,
    group: `touched by ${row.actor_name} (${row.action})`,
    site: null,
  };
}
