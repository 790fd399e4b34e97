import { FACTORS, type FactorKind, type Factors } from "./factors";
import { logBinomialTail, logHypergeometricTail } from "./tails";

/** A device that went away. */
export interface Loss {
  deviceId: string;
  at: Date;
  factors: Factors;
}

/** So many devices alike that are connected. */
export interface Healthy {
  factors: Factors;
  count: number;
}

/** Devices that went away together, and what says so. */
export interface Explanation {
  factor: FactorKind;
  /** Empty for the whole fleet. */
  value: string;
  /** In the order of their ids. */
  deviceIds: string[];
  statistic: Statistic;
  /** What all of them have in common besides, and not everybody. */
  alsoShared: { factor: FactorKind; value: string }[];
}

/** `lost` of `group` devices with the factor are gone; besides them `lostElsewhere` of `elsewhere`. */
export interface Statistic {
  lost: number;
  group: number;
  lostElsewhere: number;
  elsewhere: number;
  /** Values that were tested; the chance is multiplied by it (Bonferroni). */
  tests: number;
  /** Common logarithm of the corrected chance that this is coincidence, at most 0. */
  log10Chance: number;
}

/** Fewer are no outage, whatever the odds. */
const MIN_DEVICES = 3;
/** At least this share of those with the factor must be gone. */
const MIN_SHARE = 0.25;
/** A chance, corrected for the number of tests, below which we do not believe in coincidence. */
const MAX_CHANCE = 0.01;
/** Without any shared factor: devices that go away by themselves within a window. Fleets in order are far below. */
const BASE_RATE = 0.02;

interface Candidate {
  factor: FactorKind;
  value: string;
  group: number;
  lost: number;
  logChance: number;
}

interface Members {
  losses: readonly Loss[];
  healthy: readonly Healthy[];
}

/**
 * Which of the devices that went away within one window did so for a shared reason. The least likely coincidence is told first;
 * where the losses inside it are concentrated in something narrower, that is told instead. What it explains is set aside, and the
 * rest is looked at again. Depends on the set of losses alone: not on their order, and not on repetition.
 */
export function explainLosses(given: readonly Loss[], healthy: readonly Healthy[]): Explanation[] {
  const everybody: Members = { losses: distinct(given), healthy };
  const found: Explanation[] = [];
  let members = everybody;
  for (;;) {
    const told = narrowed(members) ?? wholeFleet(members);
    if (!told) return found;
    const next = explanation(members, told, everybody);
    const explained = new Set(next.deviceIds);
    found.push(next);
    members = { healthy, losses: members.losses.filter(({ deviceId }) => !explained.has(deviceId)) };
  }
}

interface Told {
  factor: FactorKind;
  value: string;
  tests: number;
}

function narrowed(members: Members): Told | undefined {
  let told = mostTelling(members);
  for (let within = members; told; ) {
    within = inGroup(within, told);
    const inner = mostTelling(within);
    if (!inner) return told;
    told = { ...inner, tests: told.tests + inner.tests };
  }
  return undefined;
}

function mostTelling(members: Members): Told | undefined {
  const all = size(members);
  const lost = members.losses.length;
  if (lost < MIN_DEVICES) return undefined;
  let tests = 0;
  let best: Candidate | undefined;
  for (const { factor, value, group, lostInGroup } of groupsOf(members)) {
    if (group < MIN_DEVICES || group === all) continue;
    tests++;
    if (lostInGroup < MIN_DEVICES || lostInGroup < group * MIN_SHARE || lostInGroup * all <= lost * group) continue;
    const candidate = { factor, value, group, lost: lostInGroup, logChance: logHypergeometricTail({ all, lost, group, lostInGroup }) };
    if (!best || isMoreTelling(candidate, best)) best = candidate;
  }
  return best && best.logChance + Math.log(tests) < Math.log(MAX_CHANCE) ? { factor: best.factor, value: best.value, tests } : undefined;
}

/** Ties go to the factor that stands higher in the table. */
function isMoreTelling(a: Candidate, b: Candidate): boolean {
  const difference = a.logChance - b.logChance;
  if (Math.abs(difference) > 1e-9) return difference < 0;
  const [rankA, rankB] = [a, b].map(({ factor }) => FACTORS.findIndex(({ kind }) => kind === factor)) as [number, number];
  return rankA === rankB ? a.value < b.value : rankA < rankB;
}

function wholeFleet(members: Members): Told | undefined {
  const all = size(members);
  const lost = members.losses.length;
  if (lost < MIN_DEVICES || lost < all * MIN_SHARE) return undefined;
  return logBinomialTail({ all, lost, rate: BASE_RATE }) < Math.log(MAX_CHANCE) ? { factor: "fleet", value: "", tests: 1 } : undefined;
}

function explanation(members: Members, { factor, value, tests }: Told, everybody: Members): Explanation {
  const inside = inGroup(members, { factor, value });
  const { losses } = inside;
  const [all, group, lost] = [size(members), size(inside), members.losses.length];
  const logChance =
    factor === "fleet" ? logBinomialTail({ all, lost, rate: BASE_RATE }) : logHypergeometricTail({ all, lost, group, lostInGroup: losses.length });
  return {
    factor,
    value,
    deviceIds: losses.map(({ deviceId }) => deviceId),
    statistic: {
      lost: losses.length,
      group,
      lostElsewhere: lost - losses.length,
      elsewhere: all - group,
      tests,
      log10Chance: Math.round(Math.min(0, (logChance + Math.log(tests)) / Math.LN10) * 100) / 100,
    },
    alsoShared: FACTORS.flatMap(({ kind }) => {
      const shared = losses[0]?.factors[kind];
      if (kind === factor || shared === undefined || losses.some(({ factors }) => factors[kind] !== shared)) return [];
      return size(inGroup(everybody, { factor: kind, value: shared })) === size(everybody) ? [] : [{ factor: kind, value: shared }];
    }),
  };
}

function distinct(losses: readonly Loss[]): Loss[] {
  const byDevice = new Map(losses.map((loss) => [loss.deviceId, loss]));
  return [...byDevice.values()].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
}

function size({ losses, healthy }: Members): number {
  return losses.length + healthy.reduce((sum, { count }) => sum + count, 0);
}

function inGroup({ losses, healthy }: Members, { factor, value }: { factor: FactorKind; value: string }): Members {
  if (factor === "fleet") return { losses, healthy };
  const has = ({ factors }: { factors: Factors }) => factors[factor] === value;
  return { losses: losses.filter(has), healthy: healthy.filter(has) };
}

interface Group {
  factor: Exclude<FactorKind, "fleet">;
  value: string;
  group: number;
  lostInGroup: number;
}

function groupsOf({ losses, healthy }: Members): Group[] {
  return FACTORS.flatMap(({ kind }) => {
    const groups = new Map<string, Group>();
    const add = (value: string | undefined, count: number, lost: number) => {
      if (value === undefined) return;
      const known = groups.get(value);
      if (known) {
        known.group += count;
        known.lostInGroup += lost;
      } else groups.set(value, { factor: kind, value, group: count, lostInGroup: lost });
    };
    for (const { factors } of losses) add(factors[kind], 1, 1);
    for (const { factors, count } of healthy) add(factors[kind], count, 0);
    return [...groups.values()];
  });
}
