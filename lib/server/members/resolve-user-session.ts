import type { Role } from "@/lib/domain/members/permissions";
import type { Database } from "@/lib/server/database/client";
import { USER_SESSION_IDLE_MS } from "./user-session-life";

export interface SignedIn {
  userSessionId: string;
  user: { id: string; name: string; email: string };
  /** Oldest membership first: the first one is the fleet shown when none is asked for. */
  memberships: { fleetId: string; fleetName: string; role: Role }[];
}

const TOUCH_AFTER_MS = 60_000;

/**
 * Who this session is, asked on every request in one round trip: an ended session, a disabled person or a changed role
 * counts from the next request on. Undefined when it is not, or no longer, one.
 */
export async function resolveUserSession(database: Database, userSessionId: string, now: Date): Promise<SignedIn | undefined> {
  const { rows } = await database.pool.query<{ user_id: string; name: string; email: string; last_used_at: Date; memberships: SignedIn["memberships"] }>(
    `select s.user_id, u.name, u.email, s.last_used_at,
            coalesce(json_agg(json_build_object('fleetId', f.id, 'fleetName', f.name, 'role', m.role) order by m.created_at, f.id)
                     filter (where f.id is not null), '[]') as memberships
       from user_session s
       join "user" u on u.id = s.user_id
       left join membership m on m.user_id = u.id
       left join fleet f on f.id = m.fleet_id
      where s.id = $1 and s.ended_at is null and s.expires_at > $2 and s.last_used_at > $3 and u.disabled_at is null
      group by s.id, u.id`,
    [userSessionId, now, new Date(now.getTime() - USER_SESSION_IDLE_MS)],
  );
  const row = rows[0];
  if (!row) return undefined;
  if (now.getTime() - row.last_used_at.getTime() > TOUCH_AFTER_MS)
    await database.pool.query("update user_session set last_used_at = greatest(last_used_at, $2) where id = $1", [userSessionId, now]);
  return { userSessionId, user: { id: row.user_id, name: row.name, email: row.email }, memberships: row.memberships };
}
