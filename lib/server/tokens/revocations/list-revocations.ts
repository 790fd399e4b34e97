import { z } from "zod";
import { type RevocationRow, revocationSelectorSchema } from "@/lib/domain/tokens/revocation-view";
import { decodeCursor, encodeCursor } from "../../database/cursor";
import { type Page, readVerb } from "../../verb";

const input = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(500).optional(),
});

interface Row extends Omit<RevocationRow, "at" | "actor" | "settledAt"> {
  at: Date;
  settledAt: Date | null;
  actorKind: string;
  actorId: string;
  actorName: string;
}

export const REVOCATION_ROW = `r.id, r.at, r.actor_kind as "actorKind", r.actor_id as "actorId", r.actor_name as "actorName", r.reason, r.selector,
  r.token_count as tokens, r.settled_at as "settledAt", c.sessions, c.cut, c.open, c.last as "lastCutMilliseconds"`;
/** An end that an embedded broker has recorded counts before the worker has taken it over. */
export const WITH_COUNTS = `cross join lateral (
  select count(*)::int as sessions,
         count(*) filter (where coalesce(k.end_reason, s.disconnect_reason) = 'TOKEN_REVOKED')::int as cut,
         count(*) filter (where coalesce(k.cut_at, s.disconnected_at) is null)::int as open,
         (extract(epoch from max(coalesce(k.cut_at, s.disconnected_at)) filter (where coalesce(k.end_reason, s.disconnect_reason) = 'TOKEN_REVOKED') - r.at)
           * 1000)::float8 as last
  from revoked_session k left join session s on s.number = k.session_number and k.session_number > 0
  where k.revocation_id = r.id) c`;

/** Revocations of the fleet, newest first, each with what became of its sessions. */
export const listRevocations = readVerb({
  permission: "tokens:read",
  input,
  async run(ctx, { limit, cursor }): Promise<Page<RevocationRow>> {
    const [at, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const { pool } = ctx.database;
    const [{ rows }, total] = await Promise.all([
      pool.query<Row>(
        `select ${REVOCATION_ROW} from (
           select * from revocation where fleet_id = $1 and ($2::timestamptz is null or (at, id) < ($2::timestamptz, $3::text))
           order by at desc, id desc limit $4) r ${WITH_COUNTS} order by r.at desc, r.id desc`,
        [ctx.fleetId, at, id, limit + 1],
      ),
      pool.query<{ count: number }>("select count(*)::int as count from revocation where fleet_id = $1", [ctx.fleetId]),
    ]);
    const items = rows.slice(0, limit).map(revocationRow);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.at, last.id]) : null, total: total.rows[0]?.count ?? 0 };
  },
});

export function revocationRow({ actorKind, actorId, actorName, at, settledAt, selector, ...row }: Row): RevocationRow {
  return {
    ...row,
    at: at.toISOString(),
    actor: { kind: actorKind, id: actorId, name: actorName },
    selector: revocationSelectorSchema.parse(selector),
    settledAt: settledAt?.toISOString() ?? null,
  };
}

export type RevocationRowRecord = Row;
