import type { Env } from "@/lib/base/env";
import { createWebhookSender, evaluateAlerts, queueDeliveries } from "@/lib/server/alerts/index";
import { judgeClaims } from "@/lib/server/claims/judge-misuse";
import { queueClaimDeliveries } from "@/lib/server/claims/queue-claim-deliveries";
import { endCommands } from "@/lib/server/commands/end-commands";
import { foldStates } from "@/lib/server/device-state/fold-states";
import { judgeTamperVerdicts } from "@/lib/server/diagnosis/index";
import { advanceContentKeys } from "@/lib/server/encryption/advance-content-keys";
import { advanceRotations } from "@/lib/server/encryption/advance-rotations";
import { queueRotationDeliveries } from "@/lib/server/encryption/queue-rotation-deliveries";
import { startDueRotations } from "@/lib/server/encryption/start-due-rotations";
import { advanceJobs } from "@/lib/server/jobs/advance-jobs";
import { judgeOutages, type OutageMemo, queueOutageDeliveries } from "@/lib/server/outages/index";
import { drainOutbox } from "@/lib/server/outbox/index";
import { judgeReports } from "@/lib/server/posture/judge-reports";
import { createWatch, handleBrokerRuns, handleSessionEvents, sweepPresence } from "@/lib/server/presence/index";
import type { Secrets } from "@/lib/server/secrets";
import type { StepContext } from "@/lib/server/step";
import { startLoop } from "./loop";

export interface Deciding {
  /** New session events or broker runs. */
  wakePresence(): void;
  /** New rows in outbox or delivery. */
  wakeOutbox(): void;
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
const TAMPER_MS = 5_000;
const MISUSE_MS = 5_000;
const EVENTS_AT_ONCE = 2_000;

/** Everything that needs Postgres only: presence, alerts and webhooks. Any number of workers may do it at once. */
export function startDeciding(ctx: StepContext & { env: Env; secrets: Secrets }): Deciding {
  const { env, log } = ctx;
  const outages: OutageMemo = new Map();
  const watch = createWatch(ctx.clock.now());
  const events = startLoop("session events", async () => (await handleSessionEvents(ctx, EVENTS_AT_ONCE)) === EVENTS_AT_ONCE, { everyMs: TICK_MS, log });
  const sweep = startLoop(
    "presence",
    async () => {
      // What sessions say comes before what time says.
      while ((await handleSessionEvents(ctx, EVENTS_AT_ONCE)) === EVENTS_AT_ONCE);
      const watchedSince = watch.looked(ctx.clock.now());
      await handleBrokerRuns(ctx, watchedSince);
      await sweepPresence(ctx, { watchedSince, graceSeconds: env.PRESENCE_GRACE_SECONDS });
      // What presence says now decides whether absences belong together.
      await judgeOutages(ctx, outages);
      return false;
    },
    { everyMs: TICK_MS, log },
  );
  const tamper = startLoop(
    "tamper",
    async () => {
      await judgeTamperVerdicts(ctx);
      return false;
    },
    { everyMs: TAMPER_MS, log },
  );
  const misuse = startLoop(
    "misuse of claims",
    async () => {
      await judgeClaims(ctx);
      return false;
    },
    { everyMs: MISUSE_MS, log },
  );
  const posture = startLoop("posture", async () => (await judgeReports(ctx)) > 0, { everyMs: TICK_MS, log });
  // Woken with the outbox: an answer of the device, or a new default, is seen at once.
  const states = startLoop("states folded", async () => (await foldStates(ctx)) > 0, { everyMs: TICK_MS, log });
  const alerts = startLoop(
    "alerts",
    async () => {
      await evaluateAlerts(ctx);
      return false;
    },
    { everyMs: TICK_MS, log },
  );
  const keys = startLoop(
    "content keys",
    async () => {
      await advanceContentKeys(ctx);
      await startDueRotations(ctx);
      return (await advanceRotations(ctx)) > 0;
    },
    { everyMs: TICK_MS, log },
  );
  const commands = startLoop("commands", async () => (await endCommands(ctx)) > 0, { everyMs: TICK_MS, log });
  const jobs = startLoop("jobs", async () => (await advanceJobs(ctx)) > 0, { everyMs: TICK_MS, log });
  const sender = createWebhookSender(ctx, () => deliveries.wake());
  const deliveries = startLoop(
    "webhooks",
    async () => {
      await sender.tick();
      return false;
    },
    { everyMs: TICK_MS, log },
  );
  const handlers = {
    "alert.notify": queueDeliveries(ctx),
    "outage.notify": queueOutageDeliveries(ctx),
    "rotation.notify": queueRotationDeliveries(ctx),
    "claim.notify": queueClaimDeliveries(ctx),
  };
  const notify = startLoop("notify", async () => (await drainOutbox(ctx, handlers)) > 0, { everyMs: TICK_MS, log });

  return {
    wakePresence: () => events.wake(),
    wakeOutbox() {
      notify.wake();
      deliveries.wake();
      states.wake();
    },
    async stop() {
      const loops = [events, sweep, tamper, misuse, posture, states, alerts, keys, commands, jobs, deliveries, notify];
      await Promise.all(loops.map((loop) => loop.stop()));
      await sender.stop();
    },
  };
}
