import type { PoolClient } from "pg";
import { judgeMisuse, MISUSE_HOURS, type Misuse, type MisuseSigns } from "@/lib/domain/claims/misuse";
import { CHANNELS } from "../database/notify";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";

/** Claims per step: more wait for the next one. */
const LIMIT = 500;

interface Row {
  id: string;
  fleetId: string;
  useLimit: number;
  addresses: number;
  refused: MisuseSigns["refused"] | null;
  open: Misuse["kind"][] | null;
}

/**
 * Looks at claims that were tried in the last 24 hours, and those that were in the wrong hands so far: writes what begins, holds on and
 * ends. What begins is told to every enabled channel. Answers how many claims were looked at.
 */
export async function judgeClaims({ database, clock }: Pick<StepContext, "database" | "clock">): Promise<number> {
  return withLock(database.pool, "claims", async (client) => {
    const now = clock.now();
    const rows = await tried(client, now);
    const judged = rows.map((row) => ({ row, misuse: judgeMisuse({ useLimit: row.useLimit, addresses: row.addresses, refused: row.refused ?? {} }) }));
    await endOthers(client, judged, now);
    await writeOpen(client, judged, now);
    return rows.length;
  });
}

async function tried(client: PoolClient, now: Date): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `with since as (select $1::timestamptz - make_interval(hours => ${MISUSE_HOURS}) as at),
     recent as (
       select claim_id from claim_refused, since where last_at > since.at
       union select claim_id from enrolment, since where updated_at > since.at
       union select claim_id from claim_misuse where ended_at is null)
     select c.id, c.fleet_id as "fleetId", c.use_limit as "useLimit",
       (select count(distinct x.address)::int from session x, since where x.token_id = c.id and x.connected_at > since.at) as addresses,
       (select jsonb_object_agg(r.code, r.applicants) from (
          select r.code, count(*)::int as applicants from claim_refused r, since where r.claim_id = c.id and r.last_at > since.at group by r.code) r) as refused,
       (select array_agg(m.kind) from claim_misuse m where m.claim_id = c.id and m.ended_at is null) as open
     from claim c join recent on recent.claim_id = c.id
     order by c.id limit ${LIMIT}`,
    [now],
  );
  return rows;
}

interface Judged {
  row: Row;
  misuse: Misuse[];
}

/** 24 hours without: over. It stays on the claim's page as something that was. */
async function endOthers(client: PoolClient, judged: readonly Judged[], now: Date): Promise<void> {
  const over = judged.flatMap(({ row, misuse }) => (row.open ?? []).filter((kind) => !misuse.some((one) => one.kind === kind)).map((kind) => ({ row, kind })));
  if (over.length === 0) return;
  await client.query(
    `update claim_misuse m set ended_at = $3 from unnest($1::text[], $2::text[]) as c(claim_id, kind)
     where m.claim_id = c.claim_id and m.kind = c.kind and m.ended_at is null`,
    [over.map(({ row }) => row.id), over.map(({ kind }) => kind), now],
  );
}

async function writeOpen(client: PoolClient, judged: readonly Judged[], now: Date): Promise<void> {
  const found = judged.flatMap(({ row, misuse }) => misuse.map((one) => ({ row, ...one })));
  if (found.length === 0) return;
  await client.query(
    `insert into claim_misuse as m (claim_id, fleet_id, kind, evidence, since, last_at)
     select *, $5::timestamptz, $5::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::text[])
     on conflict (claim_id, kind) where ended_at is null do update set evidence = excluded.evidence,
       last_at = case when m.evidence = excluded.evidence then m.last_at else excluded.last_at end`,
    [found.map(({ row }) => row.id), found.map(({ row }) => row.fleetId), found.map(({ kind }) => kind), found.map(({ evidence }) => evidence), now],
  );
  const begun = found.filter(({ row, kind }) => !row.open?.includes(kind));
  if (begun.length === 0) return;
  // In the shape of the outbox; queue-claim-deliveries.ts carries it out.
  await client.query(
    `insert into outbox (fleet_id, kind, payload, available_at)
     select fleet, 'claim.notify', jsonb_build_object('claimId', claim, 'kind', kind, 'evidence', evidence, 'since', $5::text), $6
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t(fleet, claim, kind, evidence)`,
    [
      begun.map(({ row }) => row.fleetId),
      begun.map(({ row }) => row.id),
      begun.map(({ kind }) => kind),
      begun.map(({ evidence }) => evidence),
      now.toISOString(),
      now,
    ],
  );
  await client.query(`select pg_notify('${CHANNELS.outbox}', '')`);
}
