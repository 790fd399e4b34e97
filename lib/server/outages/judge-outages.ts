import type { PoolClient } from "pg";
import { isForming, leftBehind, outageOver, SETTLE_MS, trackOutages, WINDOW_MS } from "@/lib/domain/outages/track-outages";
import { withLock } from "../database/with-lock";
import type { StepContext } from "../step";
import { announceOutages, type OutageNews } from "./announce-outages";
import { countOpen, type FoundLoss, loadHealthy, loadLosses, loadOpen, noteReturns, type OpenCount } from "./load-situation";
import { closeOutage, joinOutage, mergeOutage, openOutage, understandAnew, withdrawOutage } from "./write-outages";

/** What was looked at the last time, by fleet: when nothing is new there, nothing is decided. */
export type OutageMemo = Map<string, string>;

/** Whether what is left of an outage says something of its own is asked again when its returns have been over for so long. */
const QUIET_MS = 120_000;

/**
 * One look at who went away and who came back, in all fleets: opens, corrects and closes outages. Answers how many
 * outages opened or closed. One transaction under a lock, so that several workers may call it.
 */
export async function judgeOutages({ database, clock }: StepContext, memo: OutageMemo): Promise<number> {
  const seenNow: OutageMemo = new Map();
  const count = await withLock(database.pool, "outages", async (client) => {
    seenNow.clear();
    const now = clock.now();
    await noteReturns(client, now);
    const from = await windowStart(client, now);
    const losses = await loadLosses(client, from, new Date(now.getTime() - SETTLE_MS));
    const counts = await countOpen(client);
    const news: OutageNews[] = [];
    for (const fleetId of new Set([...counts.map((open) => open.fleetId), ...losses.keys()])) {
      const lost = losses.get(fleetId) ?? [];
      const seen = fingerprint(
        lost,
        counts.filter((open) => open.fleetId === fleetId),
        now,
      );
      seenNow.set(fleetId, seen);
      if (memo.get(fleetId) !== seen) news.push(...(await judgeFleet(client, fleetId, lost, now)));
    }
    await announceOutages(client, news, now);
    return news.length;
  });
  // Only what was committed has been looked at.
  for (const [fleetId, seen] of seenNow) memo.set(fleetId, seen);
  return count;
}

/** A window back from the last look (a worker that was away has seen nothing meanwhile), at most a day. */
async function windowStart(client: PoolClient, now: Date): Promise<Date> {
  const { rows } = await client.query<{ at: Date }>(
    `insert into worker_cursor (name, at) values ('outages', $1)
     on conflict (name) do update set at = greatest(worker_cursor.at, excluded.at)
     returning (select at from worker_cursor where name = 'outages') as at`,
    [now],
  );
  const last = rows[0]?.at ?? now;
  return new Date(Math.max(Math.min(last.getTime(), now.getTime()) - WINDOW_MS, now.getTime() - 86_400_000));
}

function fingerprint(losses: readonly FoundLoss[], counts: readonly OpenCount[], now: Date): string {
  const open = counts.map(({ id, devices, away, lastLost, lastBack }) => {
    const forming = now.getTime() - lastLost.getTime() <= WINDOW_MS;
    const quiet = lastBack !== null && now.getTime() - lastBack.getTime() >= QUIET_MS;
    return `${id} ${devices} ${away} ${lastLost.getTime()} ${forming} ${quiet}`;
  });
  return [...open, ...losses.map(({ deviceId, at }) => `${deviceId} ${at.getTime()}`)].join("|");
}

async function judgeFleet(client: PoolClient, fleetId: string, losses: readonly FoundLoss[], now: Date): Promise<OutageNews[]> {
  const news = await correlate(client, fleetId, losses, now);
  for (const outage of await loadOpen(client, fleetId)) {
    const over = outageOver(outage.members);
    if (over) {
      await closeOutage(client, outage, { at: over, reason: "returned" });
      news.push({ event: "outage.closed", fleetId, outageId: outage.id });
      continue;
    }
    const left = isForming(outage, now) ? undefined : leftBehind(outage, now);
    if (!left) continue;
    const id = await openOutage(
      client,
      fleetId,
      left,
      outage.members.map((member) => ({ ...member, cause: outage.causes.get(member.deviceId) ?? "connection_lost" })),
      now,
    );
    news.push({ event: "outage.opened", fleetId, outageId: id });
    await closeOutage(client, outage, { at: now, reason: "left_behind", without: left.deviceIds });
    news.push({ event: "outage.closed", fleetId, outageId: outage.id });
  }
  return news;
}

async function correlate(client: PoolClient, fleetId: string, losses: readonly FoundLoss[], now: Date): Promise<OutageNews[]> {
  const open = await loadOpen(client, fleetId);
  const forming = open.filter((outage) => isForming(outage, now));
  if (losses.length === 0 && forming.length === 0) return [];
  const healthy = await loadHealthy(
    client,
    fleetId,
    forming.map(({ id }) => id),
  );
  const { outages, joined, withdrawn } = trackOutages(open, losses, healthy, now);
  const news: OutageNews[] = [];
  const known = [
    ...open.flatMap(({ members, causes }) => members.map((member) => ({ ...member, cause: causes.get(member.deviceId) ?? "connection_lost" }))),
    ...losses.map((loss) => ({ ...loss, backAt: null })),
  ];
  for (const id of withdrawn) {
    await withdrawOutage(client, id, now);
    news.push({ event: "outage.closed", fleetId, outageId: id });
  }
  for (const { id, explanation, merged } of outages) {
    const before = open.find((outage) => outage.id === id);
    for (const other of merged) {
      await mergeOutage(client, other, id ?? "", now);
      news.push({ event: "outage.closed", fleetId, outageId: other });
    }
    if (before) await understandAnew(client, fleetId, before, explanation, known);
    else news.push({ event: "outage.opened", fleetId, outageId: await openOutage(client, fleetId, explanation, known, now) });
  }
  const joining = new Map(joined.map(({ outageId, deviceId }) => [deviceId, outageId]));
  for (const outageId of new Set(joining.values()))
    await joinOutage(
      client,
      outageId,
      losses.filter(({ deviceId }) => joining.get(deviceId) === outageId).map((loss) => ({ ...loss, backAt: null })),
    );
  return news;
}
