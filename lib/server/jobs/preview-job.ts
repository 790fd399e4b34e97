import { decideDevice, JOB_REFUSAL_WORDS, type JobRefusal } from "@/lib/domain/jobs/decide-device";
import { type JobPreview, previewJobInputSchema } from "@/lib/domain/jobs/job-view";
import { readVerb } from "../verb";
import { authorizeJob, chooseDevices, needsApproval } from "./choose-devices";
import { devicesNow, wantedValue } from "./job-field";

/** What a job would meet and do, counted exactly as it is now. Writes nothing. */
export const previewJob = readVerb({
  permission: "jobs:start",
  input: previewJobInputSchema,
  async run(ctx, { action, target }): Promise<JobPreview> {
    authorizeJob(ctx, action, target);
    const { pool, prisma } = ctx.database;
    const ids = await chooseDevices(pool, ctx.fleetId, target, ctx.clock.now());
    const after = await wantedValue(prisma, ctx.fleetId, action);
    const why = new Map<JobRefusal, number>();
    let change = 0;
    let unchanged = 0;
    for (const { lifecycle, current, tags } of await devicesNow(pool, ctx.fleetId, action, ids)) {
      // A site that is not there yet is nobody's.
      const decision = decideDevice({ kind: action.kind, lifecycle, current, before: current, after: after === undefined ? "new" : after, tags });
      if (decision.outcome === "refused") why.set(decision.why, (why.get(decision.why) ?? 0) + 1);
      else if (decision.outcome === "done") change++;
      else unchanged++;
    }
    const refused = [...why].map(([code, devices]) => ({ why: JOB_REFUSAL_WORDS[code], devices }));
    return { devices: ids.length, change, unchanged, refused, needsApproval: await needsApproval(prisma, ctx.fleetId, action, ids.length) };
  },
});
