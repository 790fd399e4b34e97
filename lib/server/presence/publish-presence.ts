import type { PresenceMessage } from "@/lib/protocol/presence";
import { topics } from "@/lib/protocol/topics";
import type { Database } from "../database/client";
import { type Publisher, publishAll } from "../live/publisher";
import type { PresenceRecord } from "./presence-row";

type PublishRecord = Omit<PresenceRecord, "session_number" | "recent_ends" | "beneath"> & { last_seen_at: Date | null };

const PAGE = 2_000;
const COLUMNS = "p.device_id, p.fleet_id, p.state, p.cause, p.since, p.last_seen_at, p.version";
// The topic of a retired device stays empty: `device.clear_retained` emptied it.
const SOURCE = "presence p join device d on d.id = p.device_id and d.lifecycle <> 'retired'";

/** Publishes what these devices are now (not what they were when somebody asked): the newest version is what matters. */
export async function publishPresence({ pool }: Pick<Database, "pool">, publisher: Publisher, deviceIds: readonly string[]): Promise<void> {
  const unique = [...new Set(deviceIds)];
  for (let i = 0; i < unique.length; i += PAGE) {
    const { rows } = await pool.query<PublishRecord>(`select ${COLUMNS} from ${SOURCE} where p.device_id = any($1)`, [unique.slice(i, i + PAGE)]);
    await publishAll(publisher, rows.map(presenceMessage));
  }
}

/** Publishes every device's presence: a broker that restarted has lost its retained messages. Answers how many. */
export async function republishPresence({ pool }: Pick<Database, "pool">, publisher: Publisher): Promise<number> {
  let last = "";
  for (let count = 0; ; ) {
    const { rows } = await pool.query<PublishRecord>(`select ${COLUMNS} from ${SOURCE} where p.device_id > $1 order by p.device_id limit $2`, [last, PAGE]);
    await publishAll(publisher, rows.map(presenceMessage));
    count += rows.length;
    last = rows.at(-1)?.device_id ?? last;
    if (rows.length < PAGE) return count;
  }
}

/** An empty retained message removes the retained one (MQTT 3.1.1 section 3.3.1.3). */
export async function clearPresence(publisher: Publisher, fleetId: string, deviceIds: readonly string[]): Promise<void> {
  await publishAll(
    publisher,
    deviceIds.map((deviceId) => ({ topic: topics.presence(fleetId, deviceId), payload: "", retain: true })),
  );
}

function presenceMessage(record: PublishRecord): { topic: string; payload: string; retain: boolean } {
  const message: PresenceMessage = {
    device: record.device_id,
    state: record.state,
    cause: record.cause,
    since: record.since.toISOString(),
    lastSeenAt: record.last_seen_at?.toISOString() ?? null,
    version: record.version,
  };
  return { topic: topics.presence(record.fleet_id, record.device_id), payload: JSON.stringify(message), retain: true };
}
