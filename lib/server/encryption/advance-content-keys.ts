import { advanceKeys, type KeyChange, type KeyFacts } from "@/lib/domain/encryption/advance-keys";
import type { StepContext } from "../step";

type Row = Omit<KeyFacts, "receivedAt" | "firstSeenAt" | "lastSeenAt" | "supersededAt" | "retiredAt"> & {
  deviceId: string;
  receivedAt: Date | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  supersededAt: Date | null;
  retiredAt: Date | null;
};

const DEVICES_PER_STEP = 500;
/** Devices of which something may be due; the pure function decides. Partial indexes have them (by_hand migration). */
const DUE = `
  select distinct device_id from content_key
  where device_id > $1 and (
    (state = 'next' and first_seen_at is not null)
    or (state = 'grace' and superseded_at <= $2::timestamptz - least(overlap_seconds, 3600) * interval '1 second')
    or (state = 'retired' and retired_at <= $2::timestamptz - interval '35 days'))
  order by device_id limit ${DEVICES_PER_STEP}`;
const KEYS = `
  select device_id as "deviceId", version, state, received_at as "receivedAt", first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt",
         superseded_at as "supersededAt", retired_at as "retiredAt", overlap_seconds::float8 * 1000 as "overlapMs",
         state = 'grace' and exists (select 1 from content_key n join key_rotation r on r.id = n.rotation_id and r.state in ('paused', 'halted')
                                     where n.device_id = k.device_id and n.version > k.version) as "isHeld"
  from content_key k where device_id = any($1) and state <> 'destroyed'`;
/** Only what is still as it was read. The old one goes first: never are two active. */
const MOVE = `
  update content_key k set state = c.next::"ContentKeyState",
    superseded_at = case when c.next = 'grace' then $5 else superseded_at end,
    retired_at = case when c.next = 'retired' then $5 else retired_at end,
    key_wrapped = case when c.next = 'destroyed' then null else key_wrapped end
  from unnest($1::text[], $2::int[], $3::text[], $4::text[]) as c(device_id, version, state, next)
  where k.device_id = c.device_id and k.version = c.version and k.state = c.state::"ContentKeyState"`;

/** Moves the versions of all devices on by what was seen on the wire. Answers how many moved. May run in several workers. */
export async function advanceContentKeys({ database, clock }: StepContext): Promise<number> {
  const now = clock.now();
  let moved = 0;
  for (let last = ""; ; ) {
    const due = (await database.pool.query<{ device_id: string }>(DUE, [last, now])).rows.map(({ device_id }) => device_id);
    const { rows } = await database.pool.query<Row>(KEYS, [due]);
    const changes = changesOf(rows, now.getTime());
    for (const part of [changes.filter(({ to }) => to !== "active"), changes.filter(({ to }) => to === "active")]) {
      if (part.length === 0) continue;
      const columns = [part.map((c) => c.deviceId), part.map((c) => c.version), part.map((c) => c.from), part.map((c) => c.to)];
      moved += (await database.pool.query(MOVE, [...columns, now])).rowCount ?? 0;
    }
    last = due.at(-1) ?? "";
    if (due.length < DEVICES_PER_STEP) return moved;
  }
}

function changesOf(rows: readonly Row[], now: number): (KeyChange & { deviceId: string })[] {
  const devices = new Map<string, KeyFacts[]>();
  for (const row of rows) devices.set(row.deviceId, [...(devices.get(row.deviceId) ?? []), factsOf(row)]);
  return [...devices].flatMap(([deviceId, keys]) => advanceKeys(keys, now).map((change) => ({ ...change, deviceId })));
}

function factsOf(row: Row): KeyFacts {
  const at = (date: Date | null) => date?.getTime() ?? null;
  const { receivedAt, firstSeenAt, lastSeenAt, supersededAt, retiredAt, ...rest } = row;
  return {
    ...rest,
    receivedAt: at(receivedAt),
    firstSeenAt: at(firstSeenAt),
    lastSeenAt: at(lastSeenAt),
    supersededAt: at(supersededAt),
    retiredAt: at(retiredAt),
  };
}
