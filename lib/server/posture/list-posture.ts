import { z } from "zod";
import { DEVICE_CATALOGUE } from "@/lib/domain/devices/device-fields";
import { type PostureList, type PostureRow, postureListInputSchema } from "@/lib/domain/posture/posture-view";
import { PROOF_HOURS, PROOF_STATES, type ProofState } from "@/lib/domain/posture/proof";
import { termsOf } from "@/lib/domain/query/query-ast";
import { authorize } from "@/lib/server/context";
import { decodeCursor, encodeCursor } from "@/lib/server/database/cursor";
import { deviceConditions } from "@/lib/server/devices/device-conditions";
import { asksForLifecycle } from "@/lib/server/devices/match-devices";
import { compileQuery } from "@/lib/server/query/compile-query";
import { readQuery } from "@/lib/server/query/read-query";
import { readVerb } from "@/lib/server/verb";
import { openFindings } from "./findings";
import { PROOF_TABLES, proofSql } from "./proof-sql";

interface Row {
  id: string;
  name: string;
  key: string;
  site_id: string | null;
  site_name: string | null;
  profile_id: string;
  profile_name: string;
  proof: ProofState;
  received_at: Date | null;
  inbound: number | null;
  inbound_since: Date | null;
  listened_at: Date | null;
}

const rank = `array_position(array[${PROOF_STATES.map((state) => `'${state}'`).join(", ")}], proof)`;

/** How many devices proved zero inbound ports, exactly, and one page of them; without `state` of all of them, the most urgent first. */
export const listPosture = readVerb({
  permission: "devices:read",
  input: postureListInputSchema,
  async run(ctx, { q = "", state, limit, cursor }): Promise<PostureList> {
    const { pool } = ctx.database;
    const query = readQuery(q, DEVICE_CATALOGUE, "q");
    // Who may not see values must not find them out by asking for devices above and below them.
    if (termsOf(query).some(({ field }) => field === "metric")) authorize(ctx, "telemetry:read");
    const now = ctx.clock.now();
    const values: unknown[] = [ctx.fleetId, now];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const where = ["d.fleet_id = $1", ...(asksForLifecycle(query) ? [] : ["d.lifecycle <> 'retired'"])];
    if (query.type !== "all") where.push(compileQuery(query, deviceConditions({ fleet: "$1", bind, now })));
    const from = `from (select d.id, d.name, lower(d.name) as key, d.site_id, d.profile_id, ${proofSql("$2")} as proof, r.received_at, r.inbound, r.inbound_since, r.listened_at
      from ${PROOF_TABLES} where ${where.join(" and ")}) d`;
    const counted = pool.query<{ proof: ProofState; count: number; violating: number }>(
      `select proof, count(*)::int as count,
         count(*) filter (where exists (select 1 from posture_finding f where f.device_id = d.id and f.ended_at is null and f.verdict = 'violation'))::int as violating
       ${from} group by proof`,
      [...values],
    );
    const wanted: readonly ProofState[] = state?.length ? state : PROOF_STATES;
    const conditions = [`proof = any(${bind(wanted)})`];
    const identity = { q, state: [...wanted].sort() };
    if (cursor !== undefined) {
      const place = decodeCursor(cursor, identity, [z.number().int(), z.string(), z.string().max(64)]);
      conditions.push(`(${rank}, d.key, d.id) > (${place.map(bind).join(", ")})`);
    }
    const found = await pool.query<Row>(
      `select d.*, s.name as site_name, f.name as profile_name ${from}
       left join site s on s.id = d.site_id join profile f on f.id = d.profile_id
       where ${conditions.join(" and ")} order by ${rank}, d.key, d.id limit ${bind(limit + 1)}`,
      values,
    );
    const { rows: facets } = await counted;
    const counts = Object.fromEntries(PROOF_STATES.map((one) => [one, facets.find(({ proof }) => proof === one)?.count ?? 0])) as PostureList["counts"];
    const page = found.rows.slice(0, limit);
    const last = page.at(-1);
    const findings = await openFindings(
      pool,
      page.map(({ id }) => id),
    );
    return {
      from: new Date(now.getTime() - PROOF_HOURS * 3_600_000).toISOString(),
      to: now.toISOString(),
      devices: facets.reduce((sum, { count }) => sum + count, 0),
      counts,
      violating: facets.reduce((sum, { violating }) => sum + violating, 0),
      items: page.map((row) => rowView(row, findings.get(row.id) ?? [])),
      nextCursor: found.rows.length > limit && last ? encodeCursor(identity, [PROOF_STATES.indexOf(last.proof) + 1, last.key, last.id]) : null,
      total: wanted.reduce((sum, one) => sum + counts[one], 0),
    };
  },
});

function rowView(row: Row, findings: PostureRow["findings"]): PostureRow {
  return {
    id: row.id,
    name: row.name,
    site: row.site_id === null ? null : { id: row.site_id, name: row.site_name ?? "" },
    profile: { id: row.profile_id, name: row.profile_name },
    state: row.proof,
    reportedAt: row.received_at?.toISOString() ?? null,
    since: sinceOf(row)?.toISOString() ?? null,
    inbound: row.inbound,
    findings: findings.filter(({ verdict }) => verdict !== "loopback"),
  };
}

function sinceOf({ proof, inbound_since, listened_at, received_at }: Row): Date | null {
  if (proof === "proved" || proof === "listening" || proof === "untold") return inbound_since;
  if (proof === "listened") return listened_at;
  return proof === "stale" ? received_at : null;
}
