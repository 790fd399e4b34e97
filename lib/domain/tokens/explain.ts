import type { Scope } from "@/lib/protocol/access";
import { decisionWords, fixWords, nearestWords } from "./explain-words";
import type { AccessCheck, Explanation } from "./explanation";
import { judge, leastFix, speaksOf } from "./least-fix";
import { nearestScope } from "./nearest-scope";

/**
 * Why these scopes allow this or do not: the evaluator's own decision, the scopes that speak of it, the one that comes nearest,
 * and the smallest change that would allow it. `fleetId` is the fleet whose topics the holder may be granted; null for nobody's.
 */
export function explain(scopes: readonly Scope[], check: AccessCheck, fleetId: string | null): Explanation {
  const decision = judge(scopes, check);
  const speaking = (permission: Scope["permission"]) =>
    decision.problem === undefined ? scopes.flatMap((scope, index) => (scope.permission === permission && speaksOf(scope, check) ? [index] : [])) : [];
  const refused = decision.verdict !== "ALLOWED" && decision.problem === undefined;
  const nearest = (refused ? nearestScope(scopes, check) : undefined) ?? null;
  const fix = leastFix(scopes, check, fleetId);
  return {
    authDecision: decision.verdict,
    problem: decision.problem ?? null,
    decidedBy: decision.scope ?? null,
    allowed: speaking("allow"),
    denied: speaking("deny"),
    nearest,
    fix,
    words: { decision: decisionWords(scopes, check, decision), nearest: nearest ? nearestWords(nearest) : "", fix: fixWords(fix, check) },
  };
}
