import type { Database } from "../database/client";
import type { FeedEvent } from "./feed-event";
import { createTail, type Tail } from "./tail";

interface RejectedRow {
  id: string;
  fleet_id: string;
  device_id: string | null;
  device_name: string | null;
  site_name: string | null;
  reason: string;
  last_at: Date;
}

const OVERLAP = 200n;

/** Refused messages, told once per sender, topic, reason and hour (as they are kept), not once per message. */
export function rejectedTail({ pool }: Pick<Database, "pool">): Tail<RejectedRow> {
  return createTail({
    overlap: OVERLAP,
    async newestId() {
      const { rows } = await pool.query<{ id: string }>("select coalesce(max(id), 0) as id from rejected_message");
      return BigInt(rows[0]?.id ?? 0);
    },
    async after(id) {
      const { rows } = await pool.query<RejectedRow>(
        `select r.id, r.fleet_id, r.reason, r.last_at, d.id as device_id, d.name as device_name, s.name as site_name
         from rejected_message r left join device d on d.id = r.device_id and d.fleet_id = r.fleet_id left join site s on s.id = d.site_id
         where r.id > $1 and r.fleet_id is not null order by r.id limit 2000`,
        [id],
      );
      return rows;
    },
  });
}

export function rejectedFeedEvent(row: RejectedRow): FeedEvent {
  const reason = row.reason.replaceAll("_", " ");
  return {
    id: `rejected-${row.id}`,
    at: row.last_at.toISOString(),
    kind: "rejected",
    deviceId: row.device_id,
    deviceName: row.device_name,
    mark: "",
    text: `A message of ${row.device_name ?? "somebody unknown"} was refused: ${reason}.`,
    group: `had messages refused (${reason})`,
    site: row.site_name,
  };
}
