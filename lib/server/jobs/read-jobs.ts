import { z } from "zod";
import { notFound } from "@/lib/base/errors";
import { JOB_TRAITS, jobActionSchema } from "@/lib/domain/jobs/job-action";
import { JOB_OUTCOMES, type JobDetail, type JobView, jobIdInputSchema, jobSchema } from "@/lib/domain/jobs/job-view";
import { decodeCursor, encodeCursor } from "../database/cursor";
import { type Page, readVerb } from "../verb";

interface Row extends Omit<JobView, "action" | "createdAt" | "decidedAt" | "finishedAt" | "target" | "counts"> {
  action: unknown;
  target: unknown;
  createdAt: Date;
  createdById: string;
  decidedAt: Date | null;
  finishedAt: Date | null;
  undoneBy: string | null;
  queued: number;
  done: number;
  unchanged: number;
  refused: number;
  failed: number;
  cancelled: number;
}

const JOBS = `
  select j.id, j.action, j.target, j.reason, j.state::text as state, j.created_at as "createdAt", j.created_by as "createdBy", j.created_by_id as "createdById",
         j.decided_by as "decidedBy", j.decided_at as "decidedAt", j.finished_at as "finishedAt", j.device_count as devices, c.*,
         (select u.id from job u where u.undo_of_id = j.id limit 1) as "undoneBy"
  from job j cross join lateral (
    select ${JOB_OUTCOMES.map((outcome) => `count(*) filter (where outcome = '${outcome}')::int as ${outcome}`).join(", ")} from job_device where job_id = j.id) c`;

/** Jobs of the fleet, newest first, each with how far it is. */
export const listJobs = readVerb({
  permission: "devices:read",
  input: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), cursor: z.string().max(500).optional() }),
  async run({ database, fleetId }, { limit, cursor }): Promise<Page<JobView>> {
    const [at = null, id = null] = cursor === undefined ? [] : decodeCursor(cursor, {}, [z.iso.datetime(), z.string().max(64)]);
    const [{ rows }, total] = await Promise.all([
      database.pool.query<Row>(
        `${JOBS} where j.fleet_id = $1 and ($2::timestamptz is null or (j.created_at, j.id) < ($2, $3)) order by j.created_at desc, j.id desc limit $4`,
        [fleetId, at, id, limit + 1],
      ),
      database.prisma.job.count({ where: { fleetId } }),
    ]);
    const items = rows.slice(0, limit).map(jobView);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor({}, [last.createdAt, last.id]) : null, total };
  },
});

/** One job, with how far it is and what may be done to it. */
export const getJob = readVerb({
  permission: "devices:read",
  input: jobIdInputSchema,
  async run({ database, fleetId, actor }, { jobId }): Promise<JobDetail> {
    const [row] = (await database.pool.query<Row>(`${JOBS} where j.id = $1 and j.fleet_id = $2`, [jobId, fleetId])).rows;
    if (!row) throw notFound("job");
    const view = jobView(row);
    const over = view.state === "finished" || view.state === "cancelled";
    const canUndo = JOB_TRAITS[view.action.kind].undo && over && row.undoneBy === null && row.done > 0;
    return { ...view, canUndo, undoneBy: row.undoneBy, own: actor.id === row.createdById };
  },
});

function jobView({ createdAt, decidedAt, finishedAt, action, target, createdById: _, undoneBy: __, ...row }: Row): JobView {
  const { queued, done, unchanged, refused, failed, cancelled, ...rest } = row;
  return {
    ...rest,
    action: jobActionSchema.parse(action),
    target: jobSchema.shape.target.parse(target),
    createdAt: createdAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    counts: { queued, done, unchanged, refused, failed, cancelled },
  };
}
