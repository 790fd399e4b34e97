import { createLog } from "@/lib/base/log";
import { advanceJobs } from "@/lib/server/jobs/advance-jobs";
import { previewJob } from "@/lib/server/jobs/preview-job";
import { getJob } from "@/lib/server/jobs/read-jobs";
import { startJob } from "@/lib/server/jobs/start-job";
import { undoJob } from "@/lib/server/jobs/steer-job";
import type { BigFleet } from "../query/big-fleet";

/** One device in ten of the fleet. */
const QUERY = "state:offline";

/**
 * One job that moves 10,000 of 100,000 devices to another site, from its start to the last portion that was committed, each device
 * audited; its undo; and one bare UPDATE that moves the same rows, without a record of anything.
 */
export async function bulkFigures({ context, database, fleetId }: BigFleet, say: (text: string) => void): Promise<Record<string, number>> {
  const log = createLog("bench-jobs", "error");
  const work = async () => {
    while ((await advanceJobs({ ...context, log })) > 0);
  };
  const action = { kind: "move", site: "Site 1" } as const;
  const { devices, change } = await previewJob(context, { action, target: { query: QUERY } });
  say(`one job over ${devices.toLocaleString("en")} devices`);
  const job = await timed(async () => {
    const { jobId } = await startJob(context, { action, target: { query: QUERY }, expectedDevices: devices });
    await work();
    return jobId;
  });
  const undo = await timed(async () => {
    const { jobId } = await undoJob(context, { jobId: job.result });
    await work();
    return jobId;
  });
  for (const { result } of [job, undo]) {
    const { state, counts } = await getJob(context, { jobId: result });
    if (state !== "finished" || counts.done !== change) throw new Error("the job did something else");
  }
  const bare = await timed(() =>
    database.pool.query(
      `update device d set site_id = (select id from site where fleet_id = $1 and name = 'Site 1'), updated_at = now()
       from presence p where p.device_id = d.id and p.fleet_id = $1 and p.state = 'offline'`,
      [fleetId],
    ),
  );
  return {
    bulkDevices: devices,
    bulkDevicesPerSecond: Math.round(devices / job.seconds),
    bulkUndoDevicesPerSecond: Math.round(change / undo.seconds),
    bulkToBareUpdateRatio: Math.round((bare.seconds / job.seconds) * 1_000) / 1_000,
  };
}

async function timed<T>(run: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const startedAt = performance.now();
  const result = await run();
  return { seconds: (performance.now() - startedAt) / 1_000, result };
}
