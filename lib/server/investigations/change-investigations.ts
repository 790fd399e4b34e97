import { notFound, SallyportError } from "@/lib/base/errors";
import { newId } from "@/lib/base/ids";
import { type InvestigationChange, investigationChangeSchema, snoozeProblem } from "@/lib/domain/investigations/change";
import { type WriteContext, writeVerb } from "../verb";
import { ABSENCES, type AbsenceRow } from "./absences";
import { assigneesOf } from "./assignees";

/**
 * Assigns, puts off, notes, closes or opens again what is done about absences: of named devices, or of a whole group of the
 * queue. Devices that are not away (any more) are left out. Answers how many absences it met.
 */
export const changeInvestigations = writeVerb({
  permission: "investigations:write",
  input: investigationChangeSchema,
  async run(ctx, change): Promise<{ changed: number }> {
    await checkChange(ctx, change);
    const absences = await picked(ctx, change);
    if (absences.length === 0) throw notFound("absence");
    await begin(ctx, absences);
    const ids = await idsOf(ctx, absences);
    await ctx.tx.investigation.updateMany({ where: { id: { in: ids } }, data: columnsOf(ctx, change) });
    const { note } = change;
    if (note !== undefined)
      await ctx.tx.investigationNote.createMany({ data: ids.map((investigationId) => ({ investigationId, at: ctx.now, author: ctx.actor.name, text: note })) });
    const [only] = absences;
    const one = absences.length === 1 && only !== undefined;
    const { deviceIds: _devices, group, ...after } = change;
    await ctx.audit({
      action: actionOf(change),
      objectKind: one ? "device" : "investigation",
      objectId: one ? only.device_id : (group?.outageId ?? group?.cause ?? "several"),
      after: { ...after, devices: absences.length },
    });
    return { changed: absences.length };
  },
});

async function checkChange(ctx: WriteContext, { assigneeId, snoozedUntil }: InvestigationChange): Promise<void> {
  if (assigneeId && !(await assigneesOf(ctx.tx, ctx.fleetId)).some(({ id }) => id === assigneeId))
    throw new SallyportError("invalid_input", "Nobody who may look into it has this id.", {
      fields: [{ path: "assigneeId", message: "No member of this fleet with the right to work on investigations." }],
    });
  const problem = snoozedUntil ? snoozeProblem(new Date(snoozedUntil), ctx.now) : undefined;
  if (problem) throw new SallyportError("invalid_input", problem, { fields: [{ path: "snoozedUntil", message: problem }] });
}

async function picked(ctx: WriteContext, { deviceIds, group }: InvestigationChange): Promise<AbsenceRow[]> {
  const values = [ctx.fleetId, ctx.now];
  if (deviceIds) return ctx.tx.$queryRawUnsafe<AbsenceRow[]>(`${ABSENCES} and p.device_id = any($3) order by p.device_id`, ...values, deviceIds);
  return ctx.tx.$queryRawUnsafe<AbsenceRow[]>(
    `select * from (${ABSENCES}) x where view = $3 and cause = $4 and outage_id is not distinct from $5 order by device_id`,
    ...values,
    group?.view,
    group?.cause,
    group?.outageId ?? null,
  );
}

/** The row of each absence, if somebody did something about it before or not. */
async function begin(ctx: WriteContext, absences: readonly AbsenceRow[]): Promise<void> {
  await ctx.tx.investigation.createMany({
    data: absences.map(({ device_id, since }) => ({ id: newId("investigation"), fleetId: ctx.fleetId, deviceId: device_id, since })),
    skipDuplicates: true,
  });
}

async function idsOf(ctx: WriteContext, absences: readonly AbsenceRow[]): Promise<string[]> {
  const rows = await ctx.tx.$queryRawUnsafe<{ id: string }[]>(
    "select i.id from unnest($1::text[], $2::timestamptz[]) as a(device_id, since) join investigation i on i.device_id = a.device_id and i.since = a.since",
    absences.map(({ device_id }) => device_id),
    absences.map(({ since }) => since),
  );
  return rows.map(({ id }) => id);
}

function columnsOf(ctx: WriteContext, { assigneeId, snoozedUntil, closedReason }: InvestigationChange) {
  return {
    ...(assigneeId !== undefined && { assigneeId }),
    ...(snoozedUntil !== undefined && { snoozedUntil }),
    ...(closedReason === null && { closedReason: null, closedAt: null, closedBy: null }),
    ...(typeof closedReason === "string" && { closedReason, closedAt: ctx.now, closedBy: ctx.actor.name, snoozedUntil: null }),
  };
}

function actionOf({ assigneeId, snoozedUntil, closedReason }: InvestigationChange): string {
  if (closedReason !== undefined) return closedReason === null ? "investigation.reopened" : "investigation.closed";
  if (snoozedUntil !== undefined) return "investigation.snoozed";
  return assigneeId === undefined ? "investigation.noted" : "investigation.assigned";
}
