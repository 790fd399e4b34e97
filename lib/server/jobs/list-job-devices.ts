import { z } from "zod";
import { toCsv } from "@/lib/base/csv";
import { notFound } from "@/lib/base/errors";
import { JOB_REFUSAL_WORDS } from "@/lib/domain/jobs/decide-device";
import { type JobDeviceView, jobDevicesInputSchema, jobIdInputSchema } from "@/lib/domain/jobs/job-view";
import type { Context } from "../context";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";

interface Row extends Omit<JobDeviceView, "at"> {
  at: Date | null;
  rank: number;
  position: number;
}

/** What went wrong stands first, then what is not done yet. */
const RANK = "case x.outcome when 'failed' then 0 when 'refused' then 1 when 'queued' then 2 when 'cancelled' then 3 when 'done' then 4 else 5 end";
const OPEN = ["failed", "refused", "queued", "cancelled"];

/** Values for people: names of sites and profiles of this fleet. */
const named = (column: string) => `coalesce(
  case j.action->>'kind' when 'move' then (select name from site where id = x.${column} and fleet_id = j.fleet_id)
                         when 'set_profile' then (select name from profile where id = x.${column} and fleet_id = j.fleet_id) end, x.${column})`;
const FROM =
  "from job_device x join job j on j.id = x.job_id join device d on d.id = x.device_id where x.job_id = $1 and ($2::text[] is null or x.outcome::text = any($2))";
const LIST = `
  select * from (
    select x.device_id as "deviceId", d.name, x.outcome::text as outcome, x.why, ${named("before")} as before, ${named("after")} as after, x.at, x.position, ${RANK} as rank
    ${FROM}) r
  where (rank, position) > ($3, $4) order by rank, position limit $5`;

interface Asked {
  jobId: string;
  outcomes: readonly string[] | null;
  after: readonly [number, number];
  limit: number;
}

async function load({ database }: Context, { jobId, outcomes, after: [rank, position], limit }: Asked): Promise<Row[]> {
  return (await database.pool.query<Row>(LIST, [jobId, outcomes, rank, position, limit])).rows;
}

async function mustBeHere({ database, fleetId }: Context, jobId: string): Promise<void> {
  if ((await database.prisma.job.count({ where: { id: jobId, fleetId } })) === 0) throw notFound("job");
}

/** Devices of a job, what went wrong first, then in the order of the job. */
export const listJobDevices = readVerb({
  permission: "devices:read",
  input: jobDevicesInputSchema.extend({ limit: z.coerce.number().int().min(1).max(500).default(50), cursor: z.string().max(500).optional() }),
  async run(ctx, { jobId, outcome, limit, cursor }): Promise<Page<JobDeviceView>> {
    await mustBeHere(ctx, jobId);
    const outcomes = outcome === undefined ? null : outcome === "open" ? OPEN : [outcome];
    const filter = { jobId, outcome: outcome ?? "" };
    const [rank, position] = cursor === undefined ? [-1, -1] : decodeCursor(cursor, filter, [z.number().int(), z.number().int()]);
    const [rows, count] = await Promise.all([
      load(ctx, { jobId, outcomes, after: [rank, position], limit: limit + 1 }),
      ctx.database.pool.query<{ total: number }>(`select count(*)::int as total ${FROM}`, [jobId, outcomes]),
    ]);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(view),
      nextCursor: rows.length > limit && last ? encodeCursor(filter, [last.rank, last.position]) : null,
      total: count.rows[0]?.total ?? 0,
    };
  },
});

const COLUMNS = {
  device: (row: JobDeviceView) => row.deviceId,
  name: (row: JobDeviceView) => row.name,
  outcome: (row: JobDeviceView) => row.outcome,
  why: (row: JobDeviceView) => row.why,
  before: (row: JobDeviceView) => row.before,
  after: (row: JobDeviceView) => row.after,
  at: (row: JobDeviceView) => row.at,
};

/** Every device of a job with its outcome, as CSV or JSON Lines. A job has at most 50,000. */
export const exportJob = readVerb({
  permission: "devices:read",
  input: jobIdInputSchema.extend({ format: z.enum(["csv", "jsonl"]).default("csv") }),
  async run(ctx, { jobId, format }) {
    await mustBeHere(ctx, jobId);
    const rows = (await load(ctx, { jobId, outcomes: null, after: [-1, -1], limit: MOST_ROWS })).map(view);
    const text = format === "csv" ? toCsv(rows, COLUMNS) : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    return { jobId, format, rows: rows.length, text };
  },
});

const MOST_ROWS = 100_000;

function view({ rank: _, position: __, at, why, ...row }: Row): JobDeviceView {
  const words = why !== null && Object.hasOwn(JOB_REFUSAL_WORDS, why) ? JOB_REFUSAL_WORDS[why as keyof typeof JOB_REFUSAL_WORDS] : why;
  return { ...row, why: words, at: at?.toISOString() ?? null };
}
