import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import type { JobAction } from "@/lib/domain/jobs/job-action";
import type { JobState } from "@/lib/domain/jobs/job-state";
import { startJobInputSchema } from "@/lib/domain/jobs/job-view";
import { siteNamed } from "../devices/place-device";
import { type WriteContext, writeVerb } from "../verb";
import { authorizeJob, chooseDevices, needsApproval } from "./choose-devices";
import { currentSql, wantedValue } from "./job-field";

export interface StartedJob {
  jobId: string;
  state: JobState;
  devices: number;
}

/**
 * Begins a job: which devices, and what each of them was, is fixed now; the worker carries it out. Another number of devices than
 * expected is a conflict, and nothing happens.
 */
export const startJob = writeVerb({
  permission: "jobs:start",
  input: startJobInputSchema,
  async run(ctx, { action, target, expectedDevices, reason }): Promise<StartedJob> {
    authorizeJob(ctx, action, target);
    const ids = await chooseDevices(ctx.tx, ctx.fleetId, target, ctx.now);
    if (ids.length !== expectedDevices) throw otherCount(ids.length, expectedDevices);
    const after = await afterOf(ctx, action);
    const state = (await needsApproval(ctx.tx, ctx.fleetId, action, ids.length)) ? "waiting" : "running";
    const said = target.query === undefined ? { devices: ids.length } : { query: target.query };
    const jobId = await recordJob(ctx, { action, target: said, reason, state, devices: ids.length });
    await fixDevices(ctx, { jobId, action, after, ids });
    return { jobId, state, devices: ids.length };
  },
});

/** Which devices, and what each of them is now. */
async function fixDevices(
  ctx: WriteContext,
  { jobId, action, after, ids }: { jobId: string; action: JobAction; after: string | null; ids: string[] },
): Promise<void> {
  const values: unknown[] = [jobId, ctx.fleetId, after, ids];
  const current = currentSql(action, (value) => `$${values.push(value)}`);
  await ctx.tx.$executeRawUnsafe(
    `insert into job_device (job_id, device_id, position, before, after)
     select $1::text, d.id, row_number() over (order by d.id), ${current}, $3::text from device d where d.fleet_id = $2::text and d.id = any($4::text[])`,
    ...values,
  );
}

async function afterOf(ctx: WriteContext, action: JobAction): Promise<string | null> {
  const after = await wantedValue(ctx.tx, ctx.fleetId, action);
  if (after !== undefined) return after;
  return action.kind === "move" && action.site !== null ? siteNamed(ctx, action.site) : null;
}

interface Making {
  action: JobAction;
  target: { query: string } | { devices: number } | { undoOf: string };
  reason: string;
  state: JobState;
  devices: number;
}

/** The job's own row and its audit event, in the caller's transaction. */
export async function recordJob(ctx: WriteContext, { action, target, reason, state, devices }: Making): Promise<string> {
  const id = newId("job");
  const { kind: createdByKind, id: createdById, name: createdBy } = ctx.actor;
  const undoOfId = "undoOf" in target ? target.undoOf : null;
  const by = { createdByKind, createdById, createdBy, createdAt: ctx.now };
  await ctx.tx.job.create({ data: { id, fleetId: ctx.fleetId, action, target, reason, state, deviceCount: devices, undoOfId, ...by } });
  await ctx.audit({
    action: state === "waiting" ? "job.requested" : "job.started",
    objectKind: "job",
    objectId: id,
    after: { ...action, ...target, reason, devices },
  });
  return id;
}

function otherCount(count: number, expected: number): SallyportError {
  const devices = `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;
  return new SallyportError("conflict", `This would meet ${devices} now, not ${expected.toLocaleString("en")}.`, {
    hint: count === 0 ? "Nothing matches: there is nothing to do." : `Look again at what matches; to go on, send expectedDevices: ${count}.`,
    fields: [{ path: "expectedDevices", message: String(count) }],
  });
}
