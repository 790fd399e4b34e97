import type { PoolClient } from "pg";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { announceAlerts } from "./announce-alerts";
import { judgeLeaks } from "./judge-leaks";
import { judgeOffline } from "./judge-offline";
import { judgeOpen } from "./judge-open";
import { judgePosture } from "./judge-posture";
import { judgeThresholds } from "./judge-thresholds";
import type { Judgement } from "./target";
import { type WrittenAlert, writeJudgements } from "./write-judgements";

const LIMIT = 2_000;

/**
 * One evaluation of all rules of all fleets: new measurements, devices that are offline, leak or violate their posture, open alerts whose time has come. One
 * transaction under a lock, so that several workers may call it; measurements are read once (cursor) and never missed.
 * Answers how many alerts changed: LIMIT or more means that more may wait.
 */
export async function evaluateAlerts({ database, clock }: StepContext): Promise<number> {
  return withLock(database.pool, "alerts", async (client) => {
    const now = clock.now();
    const written = [
      ...(await judgeAndWrite(client, () => judgeThresholds(client, now))),
      ...(await judgeAndWrite(client, () => judgeOffline(client, now, LIMIT))),
      ...(await judgeAndWrite(client, () => judgeLeaks(client, now, LIMIT))),
      ...(await judgeAndWrite(client, () => judgePosture(client, now, LIMIT))),
      ...(await judgeAndWrite(client, () => judgeOpen(client, now, LIMIT))),
    ];
    await announceAlerts(client, written, now);
    return written.length;
  });
}

/** Each part reads what the one before has written. */
async function judgeAndWrite(client: PoolClient, judge: () => Promise<Judgement[]>): Promise<WrittenAlert[]> {
  return writeJudgements(client, await judge());
}
