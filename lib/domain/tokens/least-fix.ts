import { aclSchema, type Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { compileAccess, type Decision } from "./evaluate";
import type { AccessCheck, Fix, NoFix } from "./explanation";
import { filterProblem, topicProblem } from "./topic-filter";

const MOST_SCOPES = 256;

/** The smallest change that would allow exactly this, or why there is none. `fleetId`: whose topics may be granted. */
export function leastFix(scopes: readonly Scope[], check: AccessCheck, fleetId: string | null): Fix {
  const decision = judge(scopes, check);
  if (decision.verdict === "ALLOWED") return { kind: "none_needed" };
  const why = whyNeverGranted(check, fleetId);
  if (why) return { kind: "impossible", why };
  const exact = exactScope(check);
  if (decision.verdict === "EXPLICIT_DENY") {
    const remove = scopes.flatMap((scope, index) => (scope.permission === "deny" && speaksOf(scope, check) ? [index] : []));
    const rest = scopes.filter((_, index) => !remove.includes(index));
    if (judge(rest, check).verdict === "ALLOWED") return { kind: "remove_deny", remove, add: [] };
    return judge([...rest, exact], check).verdict === "ALLOWED" ? { kind: "remove_deny", remove, add: [exact] } : { kind: "impossible", why: "malformed_deny" };
  }
  if (scopes.length >= MOST_SCOPES || !aclSchema.safeParse([exact]).success) return { kind: "impossible", why: "too_many_scopes" };
  // A malformed deny may have been meant for anything: nothing is allowed beside it, whatever is added.
  return judge([...scopes, exact], check).verdict === "ALLOWED" ? { kind: "add", add: [exact] } : { kind: "impossible", why: "malformed_deny" };
}

/** The one evaluator's answer to one check. */
export function judge(scopes: readonly Scope[], { action, topic, qos, retain }: AccessCheck): Decision {
  const access = compileAccess(scopes);
  return action === "publish" ? access.publish({ topic, qos, retain }) : access.subscribe({ filter: topic, qos });
}

/** Does this scope, alone, allow or deny it? */
export function speaksOf(scope: Scope, check: AccessCheck): boolean {
  return judge([scope], check).verdict !== "IMPLICIT_DENY";
}

/** Allows this and nothing else: this topic or filter, this QoS, and of a publish this retain flag. */
function exactScope({ action, topic, qos, retain }: AccessCheck): Scope {
  return { permission: "allow", action, topic, qos: [qos], ...(action === "publish" ? { retain } : {}) };
}

/** What the topic tree gives to nobody of this fleet. */
function whyNeverGranted({ action, topic }: AccessCheck, fleetId: string | null): NoFix | undefined {
  const problem = action === "publish" ? topicProblem(topic) : filterProblem(topic);
  if (problem) return problem === "reserved" ? "reserved" : "malformed";
  if (fleetId === null) return "no_fleet";
  const levels = topic.split("/");
  const [root, version] = TOPIC_ROOT.split("/");
  const open = levels.slice(0, 3).some((level) => level === "+" || level === "#");
  if (open) return "all_fleets";
  if (levels[0] !== root || levels[1] !== version) return "outside";
  if (levels[2] !== fleetId) return levels[2] === undefined ? "outside" : "other_fleet";
  const ours = levels[3] === "live" || (levels[4] === "presence" && levels.length === 5);
  return action === "publish" && ours ? "platform_only" : undefined;
}
