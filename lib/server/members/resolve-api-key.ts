import { createHash } from "node:crypto";
import { isApiKey } from "@/lib/domain/members/api-key-format";
import type { Role } from "@/lib/domain/members/permissions";
import type { Database } from "@/lib/server/database/client";

export interface ResolvedApiKey {
  id: string;
  name: string;
  role: Role;
  fleetId: string;
  fleetName: string;
}

const TOUCH_AFTER_MS = 60_000;

export const apiKeyDigest = (key: string): string => createHash("sha256").update(key).digest("hex");

/** The fleet and role of a key that is valid now; undefined for anything else. A mistyped key costs no look-up. */
export async function resolveApiKey(database: Database, key: string, now: Date): Promise<ResolvedApiKey | undefined> {
  if (!isApiKey(key)) return undefined;
  const { rows } = await database.pool.query<{
    id: string;
    name: string;
    role: Role;
    fleet_id: string;
    fleet_name: string;
    last_used_at: Date | null;
  }>(
    `select k.id, k.name, k.role, k.fleet_id, f.name as fleet_name, k.last_used_at
       from api_key k join fleet f on f.id = k.fleet_id
      where k.digest = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)`,
    [apiKeyDigest(key), now],
  );
  const row = rows[0];
  if (!row) return undefined;
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > TOUCH_AFTER_MS)
    await database.pool.query("update api_key set last_used_at = $2 where id = $1", [row.id, now]);
  return { id: row.id, name: row.name, role: row.role, fleetId: row.fleet_id, fleetName: row.fleet_name };
}
