import type { PoolClient } from "pg";
import { SallyportError } from "@/lib/base/errors";
import { advancePresence, isTold, type Presence, type PresenceInput } from "@/lib/domain/presence/advance-presence";
import { CHANNELS } from "../database/notify";
import type { PresenceRow } from "./presence-row";

/** What the machine made of one device in this step: where it ended, and every change to tell on the way there, in order. */
export interface PresenceChanges {
  before: PresenceRow;
  after: Presence;
  told: Presence[];
}

/** Takes a device's inputs one after the other. */
export function advanceAll(before: PresenceRow, inputs: readonly PresenceInput[]): PresenceChanges {
  const told: Presence[] = [];
  let after = before.presence;
  for (const input of inputs) {
    const next = advancePresence(after, input);
    if (isTold(after, next)) told.push(next);
    after = next;
  }
  return { before, after, told };
}

/**
 * Writes presence, its timeline and the outbox row that gets it published, set by set. Each write expects the version that
 * was read: when another writer was faster, the whole step is given up (`conflict`) and repeated. What is only remembered (a
 * flapping device's sessions) changes the row without a new version. Answers the devices of which something is told.
 */
export async function writeChanges(client: PoolClient, changed: readonly PresenceChanges[], now: Date): Promise<number> {
  await updatePresence(
    client,
    changed.filter(({ before, after }) => after !== before.presence),
  );
  const moved = changed.filter(({ told }) => told.length > 0);
  if (moved.length === 0) return 0;
  await appendTimeline(client, moved);
  await askToPublish(client, moved, now);
  return moved.length;
}

async function updatePresence(client: PoolClient, moved: readonly PresenceChanges[]): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ before, after, told }) => ({ before, last: after, version: before.version + told.length }));
  // Rows are locked in the order of their ids, as the broker's last-seen writes do, so that the two cannot deadlock.
  const { rowCount } = await client.query(
    `with changed as (
       select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::int[], $8::jsonb[], $9::jsonb[])
         as c(device_id, old_version, state, cause, since, session_number, version, recent_ends, beneath)
     ), locked as (
       select p.device_id from presence p join changed c on c.device_id = p.device_id and c.old_version = p.version
       order by p.device_id for update of p
     )
     update presence p set state = c.state::"PresenceState", cause = c.cause, since = c.since, session_number = c.session_number, version = c.version,
       recent_ends = c.recent_ends, beneath = c.beneath
     from changed c join locked l on l.device_id = c.device_id
     where p.device_id = l.device_id`,
    [
      rows.map(({ before }) => before.deviceId),
      rows.map(({ before }) => before.version),
      rows.map(({ last }) => last.state),
      rows.map(({ last }) => last.cause),
      rows.map(({ last }) => last.since.toISOString()),
      rows.map(({ last }) => last.sessionNumber?.toString() ?? null),
      rows.map(({ version }) => version),
      rows.map(({ last }) => JSON.stringify(last.ends.map(({ session, at }) => ({ session: session.toString(), at })))),
      rows.map(({ last }) => last.beneath && JSON.stringify(last.beneath)),
    ],
  );
  if (rowCount !== rows.length) throw new SallyportError("conflict", "Presence was changed by another writer meanwhile; the step is repeated.");
}

async function appendTimeline(client: PoolClient, moved: readonly PresenceChanges[]): Promise<void> {
  const rows = moved.flatMap(({ before, told }) => told.map((change, index) => ({ before, change, version: before.version + index + 1 })));
  await client.query(
    `insert into presence_change (fleet_id, device_id, state, cause, at, session_number, version)
     select fleet_id, device_id, state::"PresenceState", cause, at, session_number, version
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::int[])
       as c(fleet_id, device_id, state, cause, at, session_number, version)`,
    [
      rows.map(({ before }) => before.fleetId),
      rows.map(({ before }) => before.deviceId),
      rows.map(({ change }) => change.state),
      rows.map(({ change }) => change.cause),
      rows.map(({ change }) => change.since.toISOString()),
      rows.map(({ change }) => change.sessionNumber?.toString() ?? null),
      rows.map(({ version }) => version),
    ],
  );
}

/** One outbox row per fleet and step, not per device: a storm of 10,000 devices is a dozen rows. */
async function askToPublish(client: PoolClient, moved: readonly PresenceChanges[], now: Date): Promise<void> {
  const devicesOf = new Map<string, string[]>();
  for (const { before } of moved) devicesOf.set(before.fleetId, [...(devicesOf.get(before.fleetId) ?? []), before.deviceId]);
  for (const [fleetId, deviceIds] of devicesOf)
    await client.query("insert into outbox (fleet_id, kind, payload, available_at) values ($1, 'presence.publish', $2, $3)", [fleetId, { deviceIds }, now]);
  await client.query("select pg_notify($1, '')", [CHANNELS.outbox]);
}
