import type { Scope } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import type { Decision } from "./decision";
import type { AccessCheck, Difference, Fix, Nearest, NoFix } from "./explanation";
import type { TopicProblem } from "./topic-filter";

/** Scopes are numbered from 1 where people read them. */
const numbered = (index: number) => `scope ${index + 1}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const list = (parts: readonly string[]) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);

/** `publish sp/v1/a/b at QoS 1, retained` */
function scopeText({ permission, action, topic, qos, retain }: Scope): string {
  const what = action === "all" ? "publish and subscribe to" : action === "publish" ? "publish to" : "subscribe to";
  const limits = [...(qos ? [`at QoS ${list(qos.map(String))}`] : []), ...(retain === undefined ? [] : [retain ? "retained" : "not retained"])];
  return `${permission} ${what} ${topic}${limits.length > 0 ? ` (${limits.join(", ")})` : ""}`;
}

export const TOPIC_PROBLEMS: Record<TopicProblem, string> = {
  empty: "The topic is empty, or has an empty level (a slash too many).",
  too_long: `The topic is longer than ${LIMITS.topicBytes} bytes.`,
  too_many_levels: `The topic has more than ${LIMITS.topicLevels} levels.`,
  control_character: "The topic has a control character, or one that is no text.",
  bad_wildcard: "A wildcard is out of place: + stands alone in its level, # alone in the last one.",
  wildcard_in_topic: "A message goes to one topic: + and # are for subscriptions.",
  reserved: "Topics that begin with $ are the broker's own. $SYS and shared subscriptions ($share) are open to nobody.",
};

export function decisionWords(scopes: readonly Scope[], check: AccessCheck, { verdict, scope, problem }: Decision): string {
  if (problem) return TOPIC_PROBLEMS[problem];
  const deciding = scope === undefined ? undefined : scopes[scope];
  if (scope === undefined || !deciding) {
    if (scopes.length === 0) return "The token has no scopes: it allows nothing.";
    return `No scope lets it ${check.action === "publish" ? "publish" : "subscribe to"} this. What is not granted is refused.`;
  }
  const text = `${capital(numbered(scope))}: ${scopeText(deciding)}.`;
  return verdict === "ALLOWED" ? text : `${text} A deny wins over every allow.`;
}

export function nearestWords({ scope, differences }: Nearest): string {
  return `${capital(numbered(scope))} comes nearest. ${differences.map(differenceWords).join(" ")}`;
}

function differenceWords(difference: Difference): string {
  switch (difference.kind) {
    case "level": {
      const { level, granted, asked } = difference;
      if (asked === null) return `It has a level ${level} (${granted}) that was not in what was tried.`;
      if (granted === null) return `It ends before level ${level} (${asked}).`;
      return `Level ${level} is ${granted} there and ${asked} in what was tried.`;
    }
    case "action":
      return `It is for ${difference.granted === "publish" ? "publishing" : "subscribing"}, not for ${difference.asked === "publish" ? "publishing" : "subscribing"}.`;
    case "qos":
      return `It is for QoS ${list(difference.granted.map(String))}, not ${difference.asked}.`;
    case "retain":
      return difference.granted ? "It is for retained messages only." : "It is for messages that are not retained.";
  }
}

const NO_FIX: Record<NoFix, string> = {
  malformed: "Nothing can be granted here: correct the topic in the client.",
  reserved: "Nothing can be granted here: no token opens the broker's own topics.",
  all_fleets: "Nothing can be granted here: it reaches into other fleets. Name the fleet: sp/v1/FLEET/…",
  other_fleet: "Nothing can be granted here: the topic is another fleet's. Correct the fleet id in the client.",
  outside: "Nothing can be granted here: topics begin with sp/v1/FLEET/. Correct the topic in the client.",
  platform_only: "Nothing can be granted here: presence and live summaries are written by the platform only.",
  no_fleet: "Nothing can be granted here: this is a token of the platform itself.",
  malformed_deny: "Nothing can be added: the token has a deny that is malformed, and beside it nothing is allowed. Grant a new token without it.",
  too_many_scopes: "Nothing can be added: the token has as many scopes as one may have. Grant a wider scope in a new token.",
};

export function fixWords(fix: Fix, { action }: AccessCheck): string {
  switch (fix.kind) {
    case "none_needed":
      return "";
    case "add":
      return `Smallest change that would allow it: one more scope, ${fix.add.map(scopeText).join("; ")}.`;
    case "remove_deny": {
      const must = `${capital(list(fix.remove.map(numbered)))} would have to go: a deny cannot be outvoted.`;
      const add = fix.add.length > 0 ? ` And one scope would have to come: ${fix.add.map(scopeText).join("; ")}.` : "";
      return `${must}${add}${action === "subscribe" ? " Or subscribe to less, so that the denied part is left out." : ""}`;
    }
    case "impossible":
      return NO_FIX[fix.why];
  }
}
