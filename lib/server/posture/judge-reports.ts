import type { PoolClient } from "pg";
import { comparePosture, type Finding } from "@/lib/domain/posture/compare-posture";
import { type PostureReport, postureReportSchema } from "@/lib/protocol/posture";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";

/** Devices per transaction. */
const LIMIT = 500;
/** A new destination that is still connected after so long is what is usual. */
const LATELY_MS = 86_400_000;

interface Row {
  device_id: string;
  fleet_id: string;
  received_at: Date;
  previous_at: Date | null;
  judged_at: Date | null;
  report: unknown;
  seen: string[] | null;
  rates_in: number[] | null;
  rates_out: number[] | null;
  listeners: string[] | null;
  destinations: string[] | null;
  open: OpenFinding[] | null;
}

interface OpenFinding {
  id: string;
  kind: string;
  what: string;
  verdict: string;
  since: string;
}

/**
 * Compares reports that came since the last look with what is remembered of their devices, and writes what begins and what ends. Of several
 * reports that came meanwhile the newest is compared. Answers how many devices were looked at.
 */
export async function judgeReports({ database }: Pick<StepContext, "database">): Promise<number> {
  return withLock(database.pool, "posture", async (client) => {
    const rows = await findReports(client);
    if (rows.length === 0) return 0;
    const judged = rows.map(judge);
    await writeMemory(client, judged);
    await writeFindings(client, judged);
    return rows.length;
  });
}

async function findReports(client: PoolClient): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `select r.device_id, d.fleet_id, r.received_at, r.previous_at, r.judged_at, r.report, r.seen, r.rates_in, r.rates_out,
       p.allowed_listeners as listeners, p.allowed_destinations as destinations,
       (select jsonb_agg(jsonb_build_object('id', f.id::text, 'kind', f.kind, 'what', f.what, 'verdict', f.verdict, 'since', f.since))
        from posture_finding f where f.device_id = r.device_id and f.ended_at is null) as open
     from posture_report r join device d on d.id = r.device_id join profile p on p.id = d.profile_id
     where r.judged_at is null or r.judged_at < r.received_at
     order by r.received_at limit ${LIMIT} for update of r`,
  );
  return rows;
}

interface Judged {
  row: Row;
  begun: Finding[];
  /** Open ones that hold on. */
  lasting: string[];
  ended: string[];
  memory: { seen: readonly string[]; in: readonly number[]; out: readonly number[] };
}

function judge(row: Row): Judged {
  const open = row.open ?? [];
  const { findings, memory } = compare(row, open);
  const held = (one: OpenFinding) => findings.some(({ kind, what, verdict }) => kind === one.kind && what === one.what && verdict === one.verdict);
  return {
    row,
    begun: findings.filter(({ kind, what, verdict }) => !open.some((one) => one.kind === kind && one.what === what && one.verdict === verdict)),
    lasting: open.filter(held).map(({ id }) => id),
    ended: open.filter((one) => !held(one)).map(({ id }) => id),
    memory,
  };
}

function compare(row: Row, open: readonly OpenFinding[]): { findings: Finding[]; memory: Judged["memory"] } {
  const traffic = { in: row.rates_in ?? [], out: row.rates_out ?? [] };
  const { data: report } = postureReportSchema.safeParse(row.report);
  if (!report) return { findings: [], memory: { seen: row.seen ?? [], ...traffic } };
  const recent = open.filter(({ kind, since }) => kind === "destination" && row.received_at.getTime() - Date.parse(since) < LATELY_MS);
  const { findings, memory } = comparePosture({ seen: row.seen, traffic }, counted(row, report), {
    allow: { listeners: row.listeners ?? [], destinations: row.destinations ?? [] },
    seconds: row.previous_at === null ? Number.NaN : (row.received_at.getTime() - row.previous_at.getTime()) / 1000,
    lately: new Set(recent.map(({ what }) => what)),
  });
  return { findings, memory: { seen: memory.seen ?? [], ...memory.traffic } };
}

/** A report that was compared before, and is again because its profile allows something else: its traffic was counted then. */
function counted({ judged_at, seen }: Row, report: PostureReport): PostureReport {
  if (judged_at !== null || seen === null) return report;
  const { network_stats: _, ...metrics } = report.metrics;
  return { ...report, metrics };
}

async function writeMemory(client: PoolClient, judged: readonly Judged[]): Promise<void> {
  await client.query(
    `update posture_report r set judged_at = r.received_at, seen = c.seen, rates_in = array(select jsonb_array_elements_text(c.rates->'in')::float8),
       rates_out = array(select jsonb_array_elements_text(c.rates->'out')::float8)
     from unnest($1::text[], $2::jsonb[], $3::jsonb[]) as c(device_id, seen, rates) where r.device_id = c.device_id`,
    [
      judged.map(({ row }) => row.device_id),
      judged.map(({ memory }) => JSON.stringify(memory.seen)),
      judged.map(({ memory }) => JSON.stringify({ in: memory.in, out: memory.out })),
    ],
  );
}

/** Ends before beginnings: each thing is open once. */
async function writeFindings(client: PoolClient, judged: readonly Judged[]): Promise<void> {
  const set = (column: string, pick: (one: Judged) => string[]) =>
    client.query(`update posture_finding f set ${column} = c.at from unnest($1::bigint[], $2::timestamptz[]) as c(id, at) where f.id = c.id`, [
      judged.flatMap(pick),
      judged.flatMap((one) => pick(one).map(() => one.row.received_at)),
    ]);
  await set("last_at", ({ lasting }) => lasting);
  await set("ended_at", ({ ended }) => ended);
  const begun = judged.flatMap(({ row, begun: findings }) => findings.map((finding) => ({ row, finding })));
  await client.query(
    `insert into posture_finding (fleet_id, device_id, kind, what, verdict, evidence, since, last_at)
     select *, since from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) as c(fleet_id, device_id, kind, what, verdict, evidence, since)`,
    [
      begun.map(({ row }) => row.fleet_id),
      begun.map(({ row }) => row.device_id),
      begun.map(({ finding }) => finding.kind),
      begun.map(({ finding }) => finding.what),
      begun.map(({ finding }) => finding.verdict),
      begun.map(({ finding }) => finding.evidence),
      begun.map(({ row }) => row.received_at),
    ],
  );
}
