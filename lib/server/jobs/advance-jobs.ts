import { SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { decideDevice } from "@/lib/domain/jobs/decide-device";
import { JOB_TRAITS, type JobAction, jobActionSchema } from "@/lib/domain/jobs/job-action";
import type { JobModel } from "@/prisma/generated/models";
import type { Actor, Context } from "../context";
import { storeUnavailable } from "../database/store-unavailable";
import { lockClaimsOf } from "../devices/close-enrolments";
import type { StepContext } from "../step";
import { transact, type WriteContext } from "../verb";
import { type Doing, doToDevices } from "./do-to-devices";
import { devicesNow } from "./job-field";

/** What the worker carries jobs out with. */
export type JobWalker = StepContext & Pick<Context, "env" | "secrets">;

interface Running {
  id: string;
  fleetId: string;
  action: JobAction;
  reason: string;
}

/**
 * Takes a portion of every running job. A portion is one transaction that holds the job's row: another worker passes over it, one
 * that is killed has done it whole or not at all, and a person who cancels waits for it. Answers how many jobs moved.
 */
export async function advanceJobs(ctx: JobWalker): Promise<number> {
  const rows = await ctx.database.prisma.job.findMany({ where: { state: "running" }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  let moved = 0;
  for (const row of rows) {
    const job = { id: row.id, fleetId: row.fleetId, action: jobActionSchema.parse(row.action), reason: row.reason };
    const base: Context = { ...ctx, fleetId: row.fleetId, actor: actorOf(row), via: "worker", requestId: newId("request") };
    if (await step(ctx, base, job)) moved++;
  }
  return moved;
}

/** Who began it is who did it. What they may was decided then. */
function actorOf({ createdByKind, createdById: id, createdBy: name, fleetId }: JobModel): Actor {
  if (createdByKind === "user") return { kind: "user", id, name, roles: new Map() };
  if (createdByKind === "apiKey") return { kind: "apiKey", id, name, fleetId, role: "viewer" };
  return { kind: "system", id, name };
}

/** When a portion cannot be done whole, its devices are taken one by one: one that cannot be done holds up nobody else. */
async function step(ctx: JobWalker, base: Context, job: Running): Promise<boolean> {
  const { portion } = JOB_TRAITS[job.action.kind];
  try {
    return await transact(base, (inside) => takePortion(inside, job, portion));
  } catch (error) {
    if (storeUnavailable(error)) throw error;
    ctx.log.warn({ job: job.id, err: error }, "a portion of a job failed, taking its devices one by one");
  }
  for (let taken = 0; taken < portion; taken++) {
    try {
      if (!(await transact(base, (inside) => takePortion(inside, job, 1)))) return taken > 0;
    } catch (error) {
      if (storeUnavailable(error)) throw error;
      await markFailed(base, job, error);
    }
  }
  return true;
}

async function takePortion(ctx: WriteContext, { id, fleetId, action, reason }: Running, limit: number): Promise<boolean> {
  const { tx, now } = ctx;
  const [held] = await tx.$queryRaw<{ id: string }[]>`select id from job where id = ${id} and state = 'running' for update skip locked`;
  if (!held) return false;
  const rows = await tx.jobDevice.findMany({ where: { jobId: id, outcome: "queued" }, orderBy: { position: "asc" }, take: limit });
  if (rows.length === 0) {
    await tx.job.update({ where: { id }, data: { state: "finished", finishedAt: now } });
    await ctx.audit({ action: "job.finished", objectKind: "job", objectId: id });
    return true;
  }
  const ids = rows.map(({ deviceId }) => deviceId);
  if (action.kind === "retire") for (const deviceId of ids) await lockClaimsOf(ctx, deviceId);
  await tx.$queryRaw`select 1 from device where id = any(${ids}) and fleet_id = ${fleetId} order by id for update`;
  const found = new Map((await devicesNow(tx, fleetId, action, ids)).map((device) => [device.id, device]));
  const doing: Doing[] = [];
  const outcomes = rows.flatMap(({ deviceId, before, after }) => {
    const device = found.get(deviceId);
    if (!device) return [];
    const decision = decideDevice({ kind: action.kind, ...device, before, after });
    if (decision.outcome === "done") doing.push({ id: deviceId, lifecycle: device.lifecycle, before: device.current, after });
    return [{ deviceId, outcome: decision.outcome, why: decision.outcome === "refused" ? decision.why : null }];
  });
  if (doing.length > 0) await doToDevices(ctx, { jobId: id, action, reason }, doing);
  await tx.$executeRaw`
    update job_device j set outcome = x.outcome::"JobOutcome", why = x.why, at = ${now}::timestamptz
    from unnest(${outcomes.map(({ deviceId }) => deviceId)}::text[], ${outcomes.map(({ outcome }) => outcome)}::text[], ${outcomes.map(({ why }) => why)}::text[])
      as x(device_id, outcome, why)
    where j.job_id = ${id} and j.device_id = x.device_id`;
  return true;
}

/** The first that is queued is the one that was tried. */
async function markFailed({ database, clock }: Context, { id }: Running, error: unknown): Promise<void> {
  const why = error instanceof SallyportError ? error.message : "Something went wrong on our side; the worker's log says what.";
  await database.pool.query(
    `update job_device set outcome = 'failed', why = $2, at = $3
     where job_id = $1 and outcome = 'queued' and position = (select min(position) from job_device where job_id = $1 and outcome = 'queued')`,
    [id, why, clock.now()],
  );
}
