import { systemClock } from "@/lib/base/clock";
import { newId } from "@/lib/base/ids";
import { createLog } from "@/lib/base/log";
import type { Database } from "@/lib/server/database/client";
import { judgeOutages, type OutageMemo } from "@/lib/server/outages/index";
import { handleSessionEvents } from "@/lib/server/presence/index";

const DEVICES = 20_000;
const DROPPED = 10_000;
const SITES = 40;
const TICK_MS = 1_000;
const BATCH = 2_000;

/**
 * 20,000 connected devices at 40 sites, half of them behind one provider that fails: seconds from the last disconnect to the one
 * outage, by the system's clock and the worker's own steps and pauses.
 */
export async function massDrop(database: Database): Promise<{ massDropToStorySeconds: number; massDropStories: number }> {
  const { prisma, pool } = database;
  const ctx = { database, clock: systemClock, log: createLog("bench", "silent") };
  const fleetId = await crowd(database);
  const memo: OutageMemo = new Map();
  while ((await handleSessionEvents(ctx, BATCH)) > 0);
  await judgeOutages(ctx, memo);
  const lost = new Date();
  await pool.query(
    `with ended as (
       update session set disconnected_at = $2, disconnect_reason = 'CONNECTION_LOST' where fleet_id = $1 and number <= $3 returning number, device_id
     )
     insert into session_event (fleet_id, device_id, session_number, kind, reason, at) select $1, device_id, number, 'disconnected', 'CONNECTION_LOST', $2 from ended`,
    [fleetId, lost, DROPPED],
  );
  for (;;) {
    while ((await handleSessionEvents(ctx, BATCH)) === BATCH);
    await judgeOutages(ctx, memo);
    const told = await prisma.outage.findMany({ where: { fleetId, closedReason: null }, select: { _count: { select: { devices: true } } } });
    if (told.some(({ _count }) => _count.devices === DROPPED))
      return { massDropToStorySeconds: (Date.now() - lost.getTime()) / 1000, massDropStories: told.length };
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

async function crowd({ prisma, pool }: Database): Promise<string> {
  await pool.query("truncate fleet, session, session_event, presence_change, broker_run, worker_cursor, outbox cascade");
  const fleetId = (await prisma.fleet.create({ data: { id: newId("fleet"), name: "Crowd" } })).id;
  const profileId = (await prisma.profile.create({ data: { id: newId("profile"), fleetId, name: "crowd" } })).id;
  const run = (await prisma.brokerRun.create({ data: { node: "a" } })).id;
  await pool.query("insert into site (id, fleet_id, name) select 'site_crowd' || i, $1, 'Site ' || i from generate_series(0, $2 - 1) i", [fleetId, SITES]);
  await pool.query(
    `insert into device (id, fleet_id, profile_id, site_id, name, firmware, updated_at)
     select 'dev_crowd' || i, $1, $2, 'site_crowd' || ((i - 1) * $3 / $4), 'Crowd ' || i, '4.8.' || (i % 3), now() from generate_series(1, $4) i`,
    [fleetId, profileId, SITES, DEVICES],
  );
  await pool.query("insert into presence (device_id, fleet_id) select id, fleet_id from device where fleet_id = $1", [fleetId]);
  await pool.query(
    `insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds, connected_at)
     select i, $2, $1, 'device', 'dev_crowd' || i, 'dev_crowd' || i, 'tok_crowd', 'dev_crowd' || i, 'tls',
       (case when i <= $4 then '10.20.' else '10.30.' end) || (i / 250 % 250) || '.' || (i % 250 + 1), 60, now() from generate_series(1, $3) i`,
    [fleetId, run, DEVICES, DROPPED],
  );
  await pool.query(
    "insert into session_event (fleet_id, device_id, session_number, kind, at) select $1, device_id, number, 'connected', connected_at from session where fleet_id = $1",
    [fleetId],
  );
  return fleetId;
}
