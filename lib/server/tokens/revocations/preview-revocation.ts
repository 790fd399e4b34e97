import { z } from "zod";
import { type RevocationPreview, revocationSelectorSchema } from "@/lib/domain/tokens/revocation-view";
import { readVerb } from "../../verb";
import { selectTokens } from "./select-tokens";

/** So many devices are named. */
const NAMED = 5;

/** What a revocation would meet now, counted exactly. Changes nothing. */
export const previewRevocation = readVerb({
  permission: "tokens:revoke",
  input: z.object({ selector: revocationSelectorSchema }),
  async run(ctx, { selector }): Promise<RevocationPreview> {
    const { pool } = ctx.database;
    const now = ctx.clock.now();
    const { tokenIds } = await selectTokens({ db: pool, fleetId: ctx.fleetId, now }, selector);
    const [live, sessions, left] = await Promise.all([
      pool.query<{ count: number }>("select count(*)::int as count from access_token where id = any($1) and expires_at > $2", [tokenIds, now]),
      pool.query<{ broker: string; sessions: number }>(
        `select broker, count(*)::int as sessions from (
           select r.node as broker from session s join broker_run r on r.id = s.broker_run_id
           where s.token_id = any($1) and s.disconnected_at is null and r.ended_at is null and r.node <> 'rabbitmq'
           union all select broker from broker_login where token_id = any($1) and expires_at > $2) open
         group by 1 order by 1`,
        [tokenIds, now],
      ),
      pool.query<{ id: string; name: string; count: number }>(
        `select d.id, d.name, count(*) over ()::int as count from device d
         where d.fleet_id = $1 and d.lifecycle in ('pending', 'active')
           and d.id in (select t.device_id from access_token t where t.id = any($2))
           and not exists (select 1 from access_token t where t.device_id = d.id and t.revoked_at is null and t.expires_at > $3 and t.id <> all($2))
         order by d.name limit $4`,
        [ctx.fleetId, tokenIds, now, NAMED],
      ),
    ]);
    return {
      tokens: tokenIds.length,
      live: live.rows[0]?.count ?? 0,
      sessions: sessions.rows,
      devicesLeftWithout: { count: left.rows[0]?.count ?? 0, first: left.rows.map(({ id, name }) => ({ id, name })) },
    };
  },
});
