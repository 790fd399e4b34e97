import type { PoolClient } from "pg";
import type { Presence } from "@/lib/domain/presence/advance-presence";
import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";

/** A device's presence as stored, with the version that a write must still find. */
export interface PresenceRow {
  deviceId: string;
  fleetId: string;
  version: number;
  presence: Presence;
}

export interface PresenceRecord {
  device_id: string;
  fleet_id: string;
  state: PresenceState;
  cause: PresenceCause;
  since: Date;
  session_number: string | null;
  recent_ends: { session: string; at: string }[];
  beneath: { state: PresenceState; cause: PresenceCause; since: string } | null;
  version: number;
}

/** The columns of a PresenceRecord, of a table named `p`. */
export const PRESENCE_COLUMNS = "p.device_id, p.fleet_id, p.state, p.cause, p.since, p.session_number, p.recent_ends, p.beneath, p.version";

export function presenceRow(record: PresenceRecord): PresenceRow {
  return {
    deviceId: record.device_id,
    fleetId: record.fleet_id,
    version: record.version,
    presence: {
      state: record.state,
      cause: record.cause,
      since: record.since,
      sessionNumber: record.session_number === null ? null : BigInt(record.session_number),
      ends: record.recent_ends.map(({ session, at }) => ({ session: BigInt(session), at: new Date(at) })),
      beneath: record.beneath && { ...record.beneath, since: new Date(record.beneath.since) },
    },
  };
}

/** By device id. Devices that are gone are not in it. */
export async function loadPresence(client: PoolClient, deviceIds: readonly string[]): Promise<Map<string, PresenceRow>> {
  const { rows } = await client.query<PresenceRecord>(`select ${PRESENCE_COLUMNS} from presence p where p.device_id = any($1)`, [deviceIds]);
  return new Map(rows.map((record) => [record.device_id, presenceRow(record)]));
}
