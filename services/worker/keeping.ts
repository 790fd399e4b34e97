import type { Env } from "@/lib/base/env";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { countPresence } from "@/lib/server/fleets/count-presence";
import { reportPlatform } from "@/lib/server/platform/report-platform";
import { dropMeasurements, purgeRows, summarizeArrivals } from "@/lib/server/retention/index";
import type { Secrets } from "@/lib/server/secrets";
import type { StepContext } from "@/lib/server/step";
import { retireSpentKeys } from "@/lib/server/tokens/rotation/retire-spent-keys";
import { createHeartbeat } from "./heartbeat";
import { startLoop } from "./loop";

const BEAT_MS = 2_000;
const SUMMARIZE_MS = 10_000;
const LISTENERS_MS = 30_000;
const SIGNING_KEYS_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Heartbeat, what this installation listens on, partitions of the coming days, and what is thrown away. */
export function startKeeping(ctx: StepContext & { env: Env; secrets: Secrets; databaseUrl: string }): { stop(): Promise<void> } {
  const { env, log } = ctx;
  const heartbeat = createHeartbeat(ctx);
  const beat = startLoop(
    "heartbeat",
    async () => {
      await heartbeat.beat();
      return false;
    },
    { everyMs: BEAT_MS, log },
  );
  const summaries = startLoop(
    "arrivals",
    async () => {
      await summarizeArrivals(ctx);
      return false;
    },
    { everyMs: SUMMARIZE_MS, log },
  );
  const occupancy = startLoop(
    "occupancy",
    async () => {
      await countPresence(ctx);
      return false;
    },
    { everyMs: SUMMARIZE_MS, log },
  );
  const retention = startLoop(
    "retention",
    async () => {
      await ensureMeasurementPartitions(ctx.database.pool, ctx.clock.now());
      const partitions = await dropMeasurements(ctx, env.RETENTION_DAYS);
      const rows = await purgeRows(ctx, env.RETENTION_DAYS);
      log.info({ partitions, rows }, "retention");
      return false;
    },
    { everyMs: HOUR_MS, log },
  );
  const signingKeys = startLoop(
    "signing keys",
    async () => {
      await retireSpentKeys(ctx);
      return false;
    },
    { everyMs: SIGNING_KEYS_MS, log },
  );
  const listeners = startLoop(
    "listeners",
    async () => {
      await reportPlatform({ ...ctx, root: familyRoot(process) });
      return false;
    },
    { everyMs: LISTENERS_MS, log },
  );
  return {
    async stop() {
      await Promise.all([beat.stop(), summaries.stop(), occupancy.stop(), retention.stop(), signingKeys.stop(), listeners.stop()]);
      await heartbeat.end().catch(() => {});
    },
  };
}

/** The supervisor, when it started this process; else this process stands for itself. */
function familyRoot({ pid, ppid, env }: Pick<NodeJS.Process, "pid" | "ppid" | "env">): number {
  return env.SALLYPORT_SUPERVISOR === String(ppid) ? ppid : pid;
}
