import { type Explanation, explainLosses, type Healthy, type Loss } from "./explain-losses";
import type { FactorKind } from "./factors";

/** Losses further apart than this are not looked at together; an outage that grew within it may still be understood otherwise. */
export const WINDOW_MS = 5 * 60_000;
/** A device that is back sooner was not lost. */
export const SETTLE_MS = 5_000;
/** An outage is over when at most this share of its devices is still away. */
const OVER_SHARE = 0.2;
/** Devices come back in some order: only after so long without another return do those left say something of their own. */
const RETURNS_OVER_MS = 2 * 60_000;

/** A device of an outage. `backAt`: null while it is away. */
export interface Member extends Loss {
  backAt: Date | null;
}

/** An open outage. */
export interface OpenOutage {
  id: string;
  factor: FactorKind;
  value: string;
  members: readonly Member[];
}

/** What an outage is to be. `id` null: it is new. `merged`: ids of outages that turned out to be the same story. */
export interface TrackedOutage {
  id: string | null;
  explanation: Explanation;
  merged: string[];
}

export interface Tracking {
  outages: TrackedOutage[];
  /** Losses that belong to an outage whose cause is settled. */
  joined: { outageId: string; deviceId: string }[];
  /** Outages that are none after all: what came later speaks against a shared cause. */
  withdrawn: string[];
}

/** Whether the cause of an outage may still be told otherwise. */
export function isForming({ members }: Pick<OpenOutage, "members">, now: Date): boolean {
  return members.some(({ at }) => now.getTime() - at.getTime() <= WINDOW_MS);
}

/**
 * Puts new losses to the open outages, oldest outage first. Those that still form are understood anew from all their devices
 * and the new losses together, so that it does not matter in which order and in how many looks the losses came.
 */
export function trackOutages(open: readonly OpenOutage[], losses: readonly Loss[], healthy: readonly Healthy[], now: Date): Tracking {
  const forming = open.filter((outage) => isForming(outage, now));
  const settled = open.filter((outage) => !forming.includes(outage) && isMostlyAway(outage));
  const joined = losses.flatMap((loss) => {
    const outage = settled.find(({ factor, value }) => factor === "fleet" || loss.factors[factor] === value);
    return outage ? [{ outageId: outage.id, deviceId: loss.deviceId }] : [];
  });
  const taken = new Set(joined.map(({ deviceId }) => deviceId));
  const pool = [...losses.filter(({ deviceId }) => !taken.has(deviceId)), ...forming.flatMap(({ members }) => members)];
  const explanations = explainLosses(pool, healthy);
  const ownerOf = new Map(forming.map((outage) => [outage.id, mostShared(outage, explanations)]));
  const outages = explanations.map((explanation): TrackedOutage => {
    const [first, ...others] = forming.filter(({ id }) => ownerOf.get(id) === explanation).map(({ id }) => id);
    return { id: first ?? null, explanation, merged: others };
  });
  return { outages, joined, withdrawn: forming.filter(({ id }) => ownerOf.get(id) === undefined).map(({ id }) => id) };
}

/** Outages keep their identity where most of their devices are. */
function mostShared({ members }: OpenOutage, explanations: readonly Explanation[]): Explanation | undefined {
  let best: { explanation: Explanation; shared: number } | undefined;
  for (const explanation of explanations) {
    const ids = new Set(explanation.deviceIds);
    const shared = members.filter(({ deviceId }) => ids.has(deviceId)).length;
    if (shared > (best?.shared ?? 0)) best = { explanation, shared };
  }
  return best?.explanation;
}

function isMostlyAway({ members }: OpenOutage): boolean {
  return members.filter(({ backAt }) => backAt === null).length * 2 >= members.length;
}

/** When an outage was over: at the return that left no more than a fifth of its devices away. Undefined while it is not. */
export function outageOver(members: readonly Pick<Member, "backAt">[]): Date | undefined {
  const returns = members.flatMap(({ backAt }) => backAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  const needed = Math.ceil(members.length * (1 - OVER_SHARE));
  return returns[needed - 1];
}

/**
 * Devices that stay away for a narrower reason while the rest of their outage came back (a site without power in a network that
 * works again). Undefined when there is nothing narrower, or not yet.
 */
export function leftBehind({ members }: OpenOutage, now: Date): Explanation | undefined {
  const away = members.filter(({ backAt }) => backAt === null);
  const back = members.filter(({ backAt }) => backAt !== null);
  const lastReturn = Math.max(...back.map(({ backAt }) => backAt?.getTime() ?? 0));
  if (back.length === 0 || now.getTime() - lastReturn < RETURNS_OVER_MS) return undefined;
  const healthy = back.map(({ factors }) => ({ factors, count: 1 }));
  return explainLosses(away, healthy).find(({ factor }) => factor !== "fleet");
}
