import type { PoolClient } from "pg";
import type { PresenceInput } from "@/lib/domain/presence/advance-presence";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { DELIVER_TO_CONNECTED } from "../commands/deliver-to-connected";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { loadPresence } from "./presence-row";
import { advanceAll, writeChanges } from "./write-changes";

const TAKEN_OVER: DisconnectReason = "DUPLICATE_CLIENTID";
/** Ends that may begin a planned sleep. */
const GOODBYES: ReadonlySet<string | null> = new Set<DisconnectReason>(["CLIENT_INITIATED_DISCONNECT", "CONNECTION_CLOSED"]);

interface EventRecord {
  id: string;
  device_id: string;
  session_number: string;
  kind: string;
  reason: string | null;
  at: Date;
}

/**
 * Takes the oldest session events, advances presence by them and deletes them, all in one transaction. Answers how many
 * events were taken: as many as `limit` means that more may wait.
 */
export async function handleSessionEvents({ database, clock }: StepContext, limit = 2_000): Promise<number> {
  return withLock(database.pool, "presence", async (client) => {
    const { rows: events } = await client.query<EventRecord>("select id, device_id, session_number, kind, reason, at from session_event order by id limit $1", [
      limit,
    ]);
    if (events.length === 0) return 0;
    const presence = await loadPresence(client, [...new Set(events.map((event) => event.device_id))]);
    const takenOver = await loadTakenOver(
      client,
      events.filter(({ kind }) => kind === "connected"),
    );
    const sleepers = await loadSleepers(client, [...new Set(events.filter(({ reason }) => GOODBYES.has(reason)).map(({ device_id }) => device_id))]);
    const inputs = new Map<string, PresenceInput[]>();
    for (const event of events) {
      const before = inputs.get(event.device_id) ?? [];
      inputs.set(event.device_id, [...before, inputOf(event, sleepers.has(event.device_id)), ...(event.kind === "connected" ? takenOver(event) : [])]);
    }
    const changed = [...inputs].flatMap(([deviceId, given]) => {
      const before = presence.get(deviceId);
      return before ? [advanceAll(before, given)] : []; // None: the device was removed meanwhile.
    });
    await writeChanges(client, changed, clock.now());
    const back = [...new Set(events.filter(({ kind }) => kind === "connected").map(({ device_id }) => device_id))];
    if (back.length > 0) await client.query(DELIVER_TO_CONNECTED, [back, clock.now()]);
    await client.query("delete from session_event where id = any($1::bigint[])", [events.map(({ id }) => id)]);
    return events.length;
  });
}

/**
 * The broker tells no end of a session that another one took over: to presence the device stays connected. For flapping it
 * counts, so it is read from the sessions: those since the one that presence knows, and the one before each that is told now,
 * which may be told late. Answers what the session of a `connected` event took over; each end is given once.
 */
async function loadTakenOver(client: PoolClient, connected: readonly EventRecord[]): Promise<(event: EventRecord) => PresenceInput[]> {
  const oldest = new Map<string, bigint>();
  for (const { device_id, session_number } of connected) {
    const [number, known] = [BigInt(session_number), oldest.get(device_id)];
    if (known === undefined || number < known) oldest.set(device_id, number);
  }
  const { rows } = await client.query<{ device_id: string; number: string; at: Date }>(
    // "offset 0" keeps it one look into the index of sessions per device: as a plain join it reads all sessions there ever were.
    `select p.device_id, s.number, s.at
     from unnest($1::text[], $2::bigint[]) as told(device_id, oldest) join presence p on p.device_id = told.device_id
     cross join lateral (
       select coalesce(max(number), 0) as number from session where device_id = p.device_id and number < told.oldest offset 0
     ) before
     cross join lateral (
       select number, disconnected_at as at, disconnect_reason as reason from session
       where device_id = p.device_id and number >= least(p.session_number, before.number) offset 0
     ) s
     where s.reason = $3`,
    [[...oldest.keys()], [...oldest.values()].map(String), TAKEN_OVER],
  );
  const left = new Set(rows);
  const ofDevice = new Map<string, typeof rows>();
  for (const row of rows) ofDevice.set(row.device_id, [...(ofDevice.get(row.device_id) ?? []), row]);
  return ({ device_id, session_number }) =>
    (ofDevice.get(device_id) ?? []).flatMap((row): PresenceInput[] => {
      const session = BigInt(row.number);
      if (session >= BigInt(session_number) || !left.delete(row)) return [];
      return [{ kind: "disconnected", session, reason: TAKEN_OVER, at: row.at }];
    });
}

/** Those of the devices whose profile plans sleeps. */
async function loadSleepers(client: PoolClient, deviceIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (deviceIds.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>(
    "select d.id from device d join profile f on f.id = d.profile_id where d.id = any($1) and f.sleep_seconds is not null",
    [deviceIds],
  );
  return new Set(rows.map(({ id }) => id));
}

function inputOf({ kind, session_number, reason, at }: EventRecord, sleeps: boolean): PresenceInput {
  const session = BigInt(session_number);
  return kind === "connected" ? { kind: "connected", session, at } : { kind: "disconnected", session, reason, at, sleeps };
}
