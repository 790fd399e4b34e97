import { newId } from "@/lib/base/ids";
import type { Database } from "@/lib/server/database/client";

const DEVICES = 20_000;
export const DROPPED = 10_000;
const SITES = 40;
const NODE = "crowd";
/** A provider does not fail in one moment: so many portions, so far apart. */
const PORTIONS = 20;
const PORTION_MS = 150;
const BEAT_MS = 2_000;

/** Keeps the broker of the crowd alive: it exists only as its rows, and its heartbeat. */
export function heartbeat({ pool }: Database): { stop(): Promise<void> } {
  const timer = setInterval(() => void pool.query("update broker_run set alive_at = now() where node = $1", [NODE]).catch(() => {}), BEAT_MS);
  return {
    async stop() {
      clearInterval(timer);
    },
  };
}

/** 20,000 devices of the product's fleet, connected: the rows that a broker writes. The first 10,000 sessions are behind one provider. Answers the fleet. */
export async function crowd({ prisma, pool }: Database): Promise<string> {
  const { id: fleetId } = await prisma.fleet.findFirstOrThrow();
  const profileId = (await prisma.profile.create({ data: { id: newId("profile"), fleetId, name: "crowd", reportingIntervalSeconds: 3_600 } })).id;
  const run = (await prisma.brokerRun.create({ data: { node: NODE } })).id;
  await pool.query("insert into site (id, fleet_id, name) select 'site_crowd' || i, $1, 'Site ' || i from generate_series(0, $2 - 1) i", [fleetId, SITES]);
  await pool.query(
    `insert into device (id, fleet_id, profile_id, site_id, name, firmware, updated_at)
     select 'dev_crowd' || i, $1, $2, 'site_crowd' || ((i - 1) * $3 / $4), 'Crowd ' || i, '4.8.' || (i % 3), now() from generate_series(1, $4) i`,
    [fleetId, profileId, SITES, DEVICES],
  );
  await pool.query("insert into presence (device_id, fleet_id, last_seen_at) select id, fleet_id, now() from device where fleet_id = $1", [fleetId]);
  await pool.query(
    `insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds, connected_at)
     select 1000000 + i, $2, $1, 'device', 'dev_crowd' || i, 'dev_crowd' || i, 'tok_crowd', 'dev_crowd' || i, 'tls',
       (case when i <= $4 then '10.20.' else '10.30.' end) || (i / 250 % 250) || '.' || (i % 250 + 1), 60, now() from generate_series(1, $3) i`,
    [fleetId, run, DEVICES, DROPPED],
  );
  await pool.query(
    "insert into session_event (fleet_id, device_id, session_number, kind, at) select $1, device_id, number, 'connected', connected_at from session where broker_run_id = $2",
    [fleetId, run],
  );
  return fleetId;
}

/** The provider of the first 10,000 fails. Answers when the last of them was told, in milliseconds. */
export async function dropSome({ pool }: Database, fleetId: string): Promise<number> {
  const size = DROPPED / PORTIONS;
  for (let portion = 0; portion < PORTIONS; portion++) {
    const from = 1_000_000 + portion * size;
    await pool.query(
      `with ended as (
         update session set disconnected_at = now(), disconnect_reason = 'CONNECTION_LOST' where number > $2 and number <= $3 returning number, device_id
       )
       insert into session_event (fleet_id, device_id, session_number, kind, reason, at) select $1, device_id, number, 'disconnected', 'CONNECTION_LOST', now() from ended`,
      [fleetId, from, from + size],
    );
    await new Promise((resolve) => setTimeout(resolve, PORTION_MS));
  }
  return Date.now() - PORTION_MS;
}
