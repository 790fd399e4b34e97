import { notFound, SallyportError } from "@/lib/base/errors";
import { JOB_TRAITS, type JobAction, jobActionSchema } from "@/lib/domain/jobs/job-action";
import { type JobEvent, nextJobState } from "@/lib/domain/jobs/job-state";
import { jobIdInputSchema } from "@/lib/domain/jobs/job-view";
import { assertSecondPerson } from "@/lib/domain/members/second-person";
import type { JobModel } from "@/prisma/generated/models";
import { authorize } from "../context";
import { madeRequester } from "../members/made-requester";
import { type WriteContext, writeVerb } from "../verb";
import { recordJob, type StartedJob } from "./start-job";

type Steered = Pick<StartedJob, "jobId" | "state">;

/** Ends it here: what was done stays, what was not is left. A portion under way is done whole first. */
export const cancelJob = writeVerb({
  permission: "jobs:start",
  input: jobIdInputSchema,
  async run(ctx, { jobId }): Promise<Steered> {
    const job = await lockJob(ctx, jobId);
    authorize(ctx, JOB_TRAITS[job.action.kind].permission);
    const state = await move(ctx, job, "cancel");
    await ctx.tx.jobDevice.updateMany({ where: { jobId, outcome: "queued" }, data: { outcome: "cancelled", at: ctx.now } });
    return { jobId, state };
  },
});

const decisionVerb = (event: "approve" | "reject") =>
  writeVerb({
    permission: "jobs:approve",
    input: jobIdInputSchema,
    async run(ctx, { jobId }): Promise<Steered> {
      const job = await lockJob(ctx, jobId);
      const made = await madeRequester(ctx.tx, ctx, job.createdById);
      assertSecondPerson(job.createdById, { id: ctx.actor.id, person: ctx.actor.kind === "user", madeRequester: made }, "job");
      const state = await move(ctx, job, event);
      if (state === "rejected") await ctx.tx.jobDevice.updateMany({ where: { jobId, outcome: "queued" }, data: { outcome: "cancelled", at: ctx.now } });
      return { jobId, state };
    },
  });

/** By another admin than who asked: then it runs. */
export const approveJob = decisionVerb("approve");
export const rejectJob = decisionVerb("reject");

/**
 * Puts back what a job changed, as a job of its own: only where what it wrote is still there. What somebody changed since stays
 * theirs, and is told. A job is undone once.
 */
export const undoJob = writeVerb({
  permission: "devices:write",
  input: jobIdInputSchema,
  async run(ctx, { jobId }): Promise<StartedJob> {
    const { action, state } = await lockJob(ctx, jobId);
    const problem = await undoProblem(ctx, jobId, action, state);
    if (problem !== undefined) throw new SallyportError("conflict", problem);
    const devices = await ctx.tx.jobDevice.count({ where: { jobId, outcome: "done" } });
    if (devices === 0) throw new SallyportError("conflict", "This job has changed no device: there is nothing to put back.");
    const undo = await recordJob(ctx, { action, target: { undoOf: jobId }, reason: "", state: "running", devices });
    await ctx.tx.$executeRaw`
      insert into job_device (job_id, device_id, position, before, after)
      select ${undo}, device_id, row_number() over (order by position), after, before from job_device where job_id = ${jobId} and outcome = 'done'`;
    return { jobId: undo, state: "running", devices };
  },
});

async function undoProblem(ctx: WriteContext, jobId: string, { kind }: JobAction, state: JobModel["state"]): Promise<string | undefined> {
  if (!JOB_TRAITS[kind].undo) return "What this job did cannot be put back.";
  if (state !== "finished" && state !== "cancelled") return "This job is not over yet: cancel it first.";
  const undone = await ctx.tx.job.findFirst({ where: { undoOfId: jobId }, select: { id: true } });
  return undone ? `This job was undone already, by ${undone.id}.` : undefined;
}

async function lockJob(ctx: WriteContext, jobId: string): Promise<Omit<JobModel, "action"> & { action: JobAction }> {
  await ctx.tx.$queryRaw`select 1 from job where id = ${jobId} and fleet_id = ${ctx.fleetId} for update`;
  const job = await ctx.tx.job.findFirst({ where: { id: jobId, fleetId: ctx.fleetId } });
  if (!job) throw notFound("job");
  return { ...job, action: jobActionSchema.parse(job.action) };
}

async function move(ctx: WriteContext, { id, state }: Pick<JobModel, "id" | "state">, event: JobEvent): Promise<JobModel["state"]> {
  const next = nextJobState(state, event);
  if (next === undefined) throw new SallyportError("conflict", `This job is ${state}: that cannot be done to it now.`, { hint: "Load it again." });
  const over = next === "cancelled" || next === "rejected" ? { finishedAt: ctx.now } : {};
  await ctx.tx.job.update({ where: { id }, data: { state: next, decidedBy: ctx.actor.name, decidedAt: ctx.now, ...over } });
  await ctx.audit({
    action: event === "approve" ? "job.approved" : `job.${next}`,
    objectKind: "job",
    objectId: id,
    before: { state },
    after: { state: next },
  });
  return next;
}
