import { z } from "zod";
import { deviceScopes, type Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { BRANCHES, type SubjectKind } from "./branches";
import { inWords } from "./device-words";
import type { GrantFacts } from "./grant-facts";
import { minutesInWords, type TokenPolicy } from "./grant-policy";
import type { GrantReach } from "./grant-reach";
import { filterCovers, filtersOverlap } from "./topic-filter";

/** Why a grant may be too much. `wide` and `long` are what four eyes look at; the rest is for whoever grants. */
export const WARNING_CODES = [
  "commands_to_most",
  "writes_most",
  "everything",
  "reads_most",
  "long",
  "nothing",
  "unknown_device",
  "matches_nothing",
  "denied_whole",
  "denied_part",
  "never_used",
] as const;
export const warningSchema = z.object({ code: z.enum(WARNING_CODES), level: z.enum(["wide", "long", "note"]), message: z.string() });
export type GrantWarning = z.output<typeof warningSchema>;

export interface Judged {
  scopes: readonly Scope[];
  facts: GrantFacts;
  reach: GrantReach;
  policy: TokenPolicy;
  ttlMinutes: number;
  subject: { kind: SubjectKind; id: string };
  /** Devices that scopes name and the fleet does not have. */
  unknown: readonly string[];
  /** Scopes of the token it replaces that were never used. */
  unused?: readonly Scope[];
}

export function grantWarnings(judged: Judged): GrantWarning[] {
  return [...wide(judged), ...long(judged), ...empty(judged), ...shadowed(judged.scopes), ...neverUsed(judged)];
}

/** The reasons for a second admin; empty when the policy asks for none. A device's default grant never needs one. */
export function fourEyesReasons(
  policy: TokenPolicy,
  { scopes, facts, subject }: Pick<Judged, "scopes" | "facts" | "subject">,
  warnings: readonly GrantWarning[],
): GrantWarning["code"][] {
  if (!policy.fourEyes || (subject.kind === "device" && sameScopes(scopes, deviceScopes(facts.fleetId, subject.id)))) return [];
  return warnings.filter(({ level }) => level !== "note").map(({ code }) => code);
}

function sameScopes(a: readonly Scope[], b: readonly Scope[]): boolean {
  const text = (scopes: readonly Scope[]) => scopes.map(scopeKey).sort().join("\n");
  return text(a) === text(b);
}

function scopeKey({ permission, action, topic, qos, retain }: Scope): string {
  return JSON.stringify([permission, action, topic, qos, retain]);
}

/** More than half of the fleet, named or not: whoever names each device has granted as much as `+`. */
function wide({ scopes, facts, reach }: Judged): GrantWarning[] {
  const most = (devices: number) => devices > 1 && devices * 2 > reach.fleetDevices;
  const everyOther = (branch: string, action: "read" | "write") =>
    facts.facts.some((fact) => fact.device === undefined && fact.branch.name === branch && fact[action] !== 0);
  const reaches = (branch: string, action: "read" | "write") =>
    everyOther(branch, action) || most(reach.branches.find((one) => one.branch === branch)?.[action] ?? 0);
  const warning = (code: GrantWarning["code"], message: string): GrantWarning => ({ code, level: "wide", message });
  const found: GrantWarning[] = [];
  const devices = (count: number) => `${count.toLocaleString("en")} of ${reach.fleetDevices.toLocaleString("en")} devices`;
  if (reaches("down/command/{id}", "write")) found.push(warning("commands_to_most", "It can send commands to most of the fleet: whoever steals it can too."));
  if (["down/state", "down/update"].some((branch) => reaches(branch, "write")) || most(reach.devicesWrite))
    found.push(warning("writes_most", `It can write to ${devices(reach.devicesWrite)}.`));
  const whole = `${TOPIC_ROOT}/${facts.fleetId}/`;
  const wildest = scopes.find(({ permission, topic }) => permission === "allow" && (topic === `${whole}#` || topic === `${whole}+/#`));
  if (wildest)
    found.push(warning("everything", `${wildest.topic.slice(whole.length)} stands for everything below it, also for kinds of topics that do not exist yet.`));
  // Presence and summaries of the whole fleet are what a console is for.
  const contents = BRANCHES.filter(({ of, name }) => of === "device" && name !== "presence" && reaches(name, "read"));
  if (contents.length > 0) found.push(warning("reads_most", `It can read ${inWords(contents.map(({ noun }) => noun))} of most of the fleet.`));
  return found;
}

function long({ policy, ttlMinutes }: Judged): GrantWarning[] {
  if (ttlMinutes < policy.longFromMinutes) return [];
  return [
    { code: "long", level: "long", message: `It lives for ${minutesInWords(ttlMinutes)}; this fleet calls ${minutesInWords(policy.longFromMinutes)} long.` },
  ];
}

function empty({ scopes, facts, unknown }: Judged): GrantWarning[] {
  const note = (code: GrantWarning["code"], message: string): GrantWarning => ({ code, level: "note", message });
  if (facts.facts.every(({ read, write }) => read === 0 && write === 0))
    return [note("nothing", "It allows nothing at all: a broker lets it connect, and refuses everything else.")];
  const lost = scopes.filter(({ topic }) => !reachesBranch(topic, facts.fleetId));
  return [
    ...(unknown.length > 0
      ? [note("unknown_device", `${inWords(unknown.slice(0, 3))}${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ""}: no device of this fleet.`)]
      : []),
    ...lost.slice(0, 3).map(({ topic }) => note("matches_nothing", `${topic} matches no topic that exists.`)),
  ];
}

function reachesBranch(topic: string, fleetId: string): boolean {
  const levels = topic.split("/");
  return BRANCHES.some((branch) => {
    const below = branch.levels.map((level) => (level === "{id}" ? "+" : level));
    const tails = branch.name.startsWith("claim/") ? [[...below, "+"]] : [below];
    return tails.some((tail) => filtersOverlap(levels, [...TOPIC_ROOT.split("/"), fleetId, ...(branch.of === "device" ? ["+"] : []), ...tail]));
  });
}

/** A deny takes an allow away whole, or makes a subscription to it refused: no broker narrows one. */
function shadowed(scopes: readonly Scope[]): GrantWarning[] {
  const denies = scopes.filter(({ permission, qos, retain }) => permission === "deny" && !qos && retain === undefined);
  const found: GrantWarning[] = [];
  for (const { permission, action, topic } of scopes) {
    if (permission === "deny") continue;
    for (const deny of denies) {
      if (deny.action !== "all" && deny.action !== action) continue;
      const [outer, inner] = [deny.topic.split("/"), topic.split("/")];
      if (filterCovers(outer, inner)) found.push({ code: "denied_whole", level: "note", message: `${deny.topic} is denied, so ${topic} never takes effect.` });
      else if (action !== "publish" && filtersOverlap(outer, inner))
        found.push({
          code: "denied_part",
          level: "note",
          message: `A subscription to ${topic} is refused whole, because ${deny.topic} in it is denied. Subscribe to its parts.`,
        });
    }
  }
  return found.slice(0, 3);
}

function neverUsed({ scopes, unused = [] }: Judged): GrantWarning[] {
  const keys = new Set(unused.map(scopeKey));
  const again = scopes.filter((scope) => keys.has(scopeKey(scope)));
  if (again.length === 0) return [];
  return [{ code: "never_used", level: "note", message: `${again.length} of its ${scopes.length} scopes were never used in the token that it replaces.` }];
}
