import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import type { RetirementPreview } from "@/lib/domain/tokens/signing-key-view";
import { signingKeyState } from "@/lib/domain/tokens/signing-keys";
import type { Database } from "../../database/client";
import { readVerb } from "../../verb";
import { assertAdministersAll } from "./installation";
import { loadKeys } from "./load-keys";
import { tokensSignedBy } from "./signed-tokens";

/** What retiring a key would meet now, counted exactly over all fleets. Changes nothing. */
export const previewRetirement = readVerb({
  permission: "signing-keys:rotate",
  input: z.object({ kid: z.string().min(1).max(64) }),
  async run(ctx, { kid }): Promise<RetirementPreview> {
    await assertAdministersAll(ctx);
    const { pool, prisma } = ctx.database;
    const now = ctx.clock.now();
    const keys = await loadKeys(prisma);
    const key = keys.find((one) => one.kid === kid);
    if (!key) throw notFound("signing key");
    const signed = await tokensSignedBy(pool, kid, now, { lock: false });
    const granted = signed.filter(({ renewed }) => !renewed).map(({ id }) => id);
    const [fleets, sessions, left] = await Promise.all([countByFleet(pool, granted), countSessions(pool, granted, now), countLeft(pool, granted, now)]);
    return {
      kid,
      state: signingKeyState(key, keys, now),
      tokens: granted.length,
      fleets,
      sessions,
      devicesLeftWithout: left,
      renewedByThemselves: signed.length - granted.length,
    };
  },
});

type Pool = Database["pool"];

async function countByFleet(pool: Pool, ids: readonly string[]): Promise<RetirementPreview["fleets"]> {
  const { rows } = await pool.query<RetirementPreview["fleets"][number]>(
    `select f.id, f.name, count(*)::int as tokens from access_token t join fleet f on f.id = t.fleet_id where t.id = any($1)
     group by f.id, f.name order by tokens desc, f.name, f.id`,
    [ids],
  );
  return rows;
}

async function countSessions(pool: Pool, ids: readonly string[], now: Date): Promise<RetirementPreview["sessions"]> {
  const { rows } = await pool.query<RetirementPreview["sessions"][number]>(
    `select broker, count(*)::int as sessions from (
       select r.node as broker from session s join broker_run r on r.id = s.broker_run_id
       where s.token_id = any($1) and s.disconnected_at is null and r.ended_at is null and r.node <> 'rabbitmq'
       union all select broker from broker_login where token_id = any($1) and expires_at > $2) open
     group by 1 order by 1`,
    [ids, now],
  );
  return rows;
}

async function countLeft(pool: Pool, ids: readonly string[], now: Date): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from device d
     where d.lifecycle in ('pending', 'active') and d.id in (select t.device_id from access_token t where t.id = any($1))
       and not exists (select 1 from access_token t where t.device_id = d.id and t.revoked_at is null and t.expires_at > $2 and t.id <> all($1))`,
    [ids, now],
  );
  return rows[0]?.count ?? 0;
}
