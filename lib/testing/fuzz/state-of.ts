import type { Database } from "@/lib/server/database/client";

/** Who may do what, and what there is: nothing that a stranger sends may change a row of these. */
const TABLES = [
  "fleet",
  "site",
  "profile",
  "device",
  "presence",
  "tag",
  '"user"',
  "membership",
  "api_key",
  "signing_key",
  "access_token",
  "claim",
  "claim_serial",
  "enrolment",
  "device_identity",
  "device_key",
  "content_key",
  "alert_rule",
  "channel",
];

/** A digest of every row of these tables; with `fleetId` only of those that are not this fleet's. */
export async function stateOf({ pool }: Pick<Database, "pool">, exceptFleetId = ""): Promise<string> {
  const parts: string[] = [];
  for (const table of TABLES) {
    const { rows } = await pool.query<{ digest: string }>(
      `select md5(coalesce(string_agg(row::text, e'\\n' order by row::text), '')) as digest from (select to_jsonb(t) as row from ${table} t) r
       where $1 = '' or coalesce(row->>'fleet_id', '') <> $1 and coalesce(row->>'id', '') <> $1
         and not (row ? 'device_id' and row->>'device_id' in (select id from device where fleet_id = $1))`,
      [exceptFleetId],
    );
    parts.push(`${table} ${rows[0]?.digest}`);
  }
  return parts.join("\n");
}
