import { causeText, stateText } from "@/lib/domain/presence/cause-text";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";
import type { Database } from "../database/client";
import type { FeedEvent } from "./feed-event";
import { createTail, type Tail } from "./tail";

interface PresenceTailRow {
  id: string;
  fleet_id: string;
  device_id: string;
  device_name: string;
  site_name: string | null;
  state: PresenceState;
  cause: PresenceCause;
  at: Date;
  version: number;
}

/** Presence changes are written under a lock, hence in the order of their ids; many at once after an outage. */
export function presenceTail({ pool }: Pick<Database, "pool">): Tail<PresenceTailRow> {
  return createTail({
    overlap: 0n,
    async newestId() {
      const { rows } = await pool.query<{ id: string }>("select coalesce(max(id), 0) as id from presence_change");
      return BigInt(rows[0]?.id ?? 0);
    },
    async after(id) {
      const { rows } = await pool.query<PresenceTailRow>(
        `select c.id, c.fleet_id, c.device_id, d.name as device_name, s.name as site_name, c.state, c.cause, c.at, c.version
         from presence_change c join device d on d.id = c.device_id left join site s on s.id = d.site_id
         where c.id > $1 order by c.id limit 20000`,
        [id],
      );
      return rows;
    },
  });
}

const GROUPS: Record<PresenceState, string> = {
  online: "came online",
  silent: "fell silent",
  sleeping: "went to sleep",
  flapping: "started to flap",
  unknown: "became unknown",
  offline: "went offline",
  never_seen: "were added",
};

/** The same id and words as the overview's first list, so that an event that comes twice is shown once. */
export function presenceFeedEvent(row: PresenceTailRow): FeedEvent {
  const restart = row.cause === "broker_restarted";
  return {
    id: `${row.device_id}-${row.version}`,
    at: row.at.toISOString(),
    kind: "presence",
    deviceId: row.device_id,
    deviceName: row.device_name,
    mark: row.state,
    text: `${row.device_name} is ${stateText(row.state)}. ${causeText(row.cause)}`,
    group: restart ? "became unknown when the broker restarted" : GROUPS[row.state],
    site: restart ? null : row.site_name,
  };
}
