import type { Scope } from "@/lib/protocol/access";
import { compileAccess } from "./evaluate";
import type { AccessCheck, Difference, Nearest } from "./explanation";
import { scopesInForce } from "./scope-index";

/** What one difference weighs: another level is further away than another action, and that further than a limit. */
const WEIGHT = { level: 4, action: 3, qos: 1, retain: 1 } as const;

/**
 * The allowing scope that comes closest to what was asked, and in what it differs. Whether a scope's topic takes the asked one is
 * the evaluator's answer; only where it does not, the levels are laid beside each other, to show it.
 */
export function nearestScope(scopes: readonly Scope[], check: AccessCheck): Nearest | undefined {
  const candidates = scopesInForce(scopes)
    .filter(({ scope }) => scope.permission === "allow")
    .map(({ index, scope }) => ({ scope: index, differences: differencesOf(scope, check) }))
    .filter(({ differences }) => differences.length > 0);
  return candidates.reduce<Nearest | undefined>((best, next) => (best === undefined || isNearer(next, best) ? next : best), undefined);
}

function isNearer(a: Nearest, b: Nearest): boolean {
  const [left, right] = [distance(a), distance(b)];
  // Of equals the one that parts later: its beginning is the same for longer.
  return left === right ? firstLevel(a) > firstLevel(b) : left < right;
}

const distance = ({ differences }: Nearest): number => differences.reduce((sum, { kind }) => sum + WEIGHT[kind], 0);
const firstLevel = ({ differences }: Nearest): number => Math.min(...differences.map((one) => (one.kind === "level" ? one.level : Number.POSITIVE_INFINITY)));

function differencesOf({ action, topic, qos, retain }: Scope, check: AccessCheck): Difference[] {
  const differences: Difference[] = takesTopic(topic, check) ? [] : levelDifferences(topic, check.topic);
  if (action !== "all" && action !== check.action) differences.push({ kind: "action", granted: action, asked: check.action });
  if (qos && !qos.includes(check.qos)) differences.push({ kind: "qos", granted: qos, asked: check.qos });
  if (check.action === "publish" && retain !== undefined && retain !== check.retain) differences.push({ kind: "retain", granted: retain, asked: check.retain });
  return differences;
}

/** Would a scope with this filter and no limits allow it? */
function takesTopic(filter: string, check: AccessCheck): boolean {
  const access = compileAccess([{ permission: "allow", action: check.action, topic: filter }]);
  const decision = check.action === "publish" ? access.publish(check) : access.subscribe({ filter: check.topic, qos: check.qos });
  return decision.verdict === "ALLOWED";
}

/** Level by level, counted from 1; null where one of the two has ended. */
function levelDifferences(granted: string, asked: string): Difference[] {
  const [outer, inner] = [granted.split("/"), asked.split("/")];
  const differences: Difference[] = [];
  for (let i = 0; i < Math.max(outer.length, inner.length); i++) {
    const [there, here] = [outer[i] ?? null, inner[i] ?? null];
    if (there === "#") break;
    if (there === here || (there === "+" && here !== null && here !== "#")) continue;
    differences.push({ kind: "level", level: i + 1, granted: there, asked: here });
    if (here === "#") break;
  }
  return differences;
}
