import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLog } from "@/lib/base/log";
import type { Context } from "@/lib/server/context";
import { type Database, openDatabase } from "@/lib/server/database/client";
import { startPostgres } from "@/lib/server/database/embedded-postgres";
import { migrate } from "@/lib/server/database/migrate";
import { makeContext } from "@/lib/testing/context";
import { makeFleet } from "@/lib/testing/factories";
import { freePorts } from "@/lib/testing/free-ports";

export interface BigFleet {
  database: Database;
  context: Context;
  fleetId: string;
  close(): Promise<void>;
}

/** Rows of one fleet, as the product would have written them over months. $1: fleet, $2: devices. */
const ROWS = [
  "insert into site (id, fleet_id, name) select 'site_' || lpad(n::text, 16, '0'), $1, 'Site ' || n from generate_series(0, 199) n where $2::int > 0",
  "insert into profile (id, fleet_id, name) select 'prof_' || lpad(n::text, 16, '0'), $1, 'Profile ' || n from generate_series(0, 4) n where $2::int > 0",
  `insert into device (id, fleet_id, site_id, profile_id, name, firmware, created_at, updated_at)
     select 'dev_' || lpad(n::text, 16, '0'), $1, 'site_' || lpad((n % 200)::text, 16, '0'), 'prof_' || lpad((n % 5)::text, 16, '0'),
            (array['pump', 'valve', 'fan', 'meter'])[n % 4 + 1] || '-' || n, '2.' || (n % 23) || '.' || (n % 3),
            now() - n % 400 * interval '1 day', now()
       from generate_series(1, $2::int) n`,
  `insert into presence (device_id, fleet_id, state, cause, since, last_seen_at)
     select id, $1, (array['online', 'online', 'online', 'online', 'online', 'online', 'online', 'silent', 'offline', 'never_seen'])[n % 10 + 1]::"PresenceState", 'connected',
            now() - n % 5000 * interval '1 minute', case n % 10 when 9 then null else now() - (n % 10 / 7) * n % 300 * interval '1 hour' end
       from (select id, substr(id, 5)::int as n from device where fleet_id = $1 and $2::int > 0) d`,
  `insert into tag (device_id, key, value)
     select id, 'line', chr(97 + n % 8) from (select id, substr(id, 5)::int as n from device where fleet_id = $1 and $2::int > 0) d
     union all select id, 'critical', '' from (select id, substr(id, 5)::int as n from device where fleet_id = $1) d where n % 50 = 0`,
  `insert into latest_measurement (device_id, metric, unit, time, value)
     select id, metric, 'x', now(), (n * 7919 % 1000) / 10.0
       from (select id, substr(id, 5)::int as n from device where fleet_id = $1 and $2::int > 0) d, unnest(array['temperature', 'pressure', 'battery']) metric`,
  `insert into session (number, broker_run_id, fleet_id, subject_kind, subject, device_id, token_id, client_id, transport, address, keep_alive_seconds, connected_at, disconnected_at)
     select n * 2 + k, 1, $1, 'device', id, id, 'tok_' || n, id, 'tcp', '192.0.2.1', 60, now(), case when k = 0 or n % 10 > 7 then now() end
       from (select id, substr(id, 5)::bigint as n from device where fleet_id = $1 and $2::int > 0) d, generate_series(0, 1) k`,
];

/** A Postgres of its own with one fleet of so many devices, three newest values and two sessions each. */
export async function openBigFleet(devices: number): Promise<BigFleet> {
  const folder = mkdtempSync(path.join(tmpdir(), "sallyport-bench-"));
  const [port = 0] = await freePorts(1);
  const server = await startPostgres({ dataDir: path.join(folder, "data"), port, log: createLog("bench-postgres", "error") });
  const clear = () => {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  await migrate(server.url);
  const database = openDatabase(server.url, { connections: 4 });
  const { id: fleetId } = await makeFleet(database);
  for (const text of ROWS) await database.pool.query(text, [fleetId, devices]);
  await database.pool.query("vacuum analyze");
  return {
    database,
    context: makeContext(database, { fleetId }),
    fleetId,
    async close() {
      await database.close();
      process.off("exit", clear);
      clear();
    },
  };
}
