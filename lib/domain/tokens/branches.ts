import { LIVE_KINDS, TOPIC_ROOT } from "@/lib/protocol/topics";

export type SubjectKind = "device" | "console" | "service";
export type BranchAction = "read" | "write";

/** One kind of topic of the tree (lib/protocol/topics.ts), as it is asked for in a grant and told in words. */
export interface Branch {
  /** As a grant request names it. */
  name: string;
  of: "device" | "fleet";
  /** Levels below the device, or below the fleet. `{id}` stands for any one level. */
  levels: readonly string[];
  /** What flows there: "Read {noun} of Pump 1". */
  noun: string;
  /** Who may be granted it. A device may always have what is its own: read anything of itself, write its own `up/`. */
  read: readonly SubjectKind[];
  write: readonly SubjectKind[];
}

const ANY: readonly SubjectKind[] = ["device", "console", "service"];
const NOBODY: readonly SubjectKind[] = [];
const branch = (of: Branch["of"], path: string, noun: string, read: readonly SubjectKind[], write: readonly SubjectKind[]): Branch => ({
  name: path,
  of,
  levels: path.replace(/\{\w+\}/, "{id}").split("/"),
  noun,
  read,
  write,
});

/**
 * Everything that can be granted. What a device publishes is published by that device only; presence and live summaries are
 * written by the platform only; keys are for devices and programs, never for people.
 */
export const BRANCHES: readonly Branch[] = [
  branch("device", "up/telemetry", "telemetry", ANY, NOBODY),
  branch("device", "up/posture", "posture", ANY, NOBODY),
  branch("device", "up/state", "reported state", ANY, NOBODY),
  branch("device", "up/key", "key reports", ["service"], NOBODY),
  branch("device", "up/token", "token renewals", ANY, NOBODY),
  branch("device", "up/update", "update progress", ANY, NOBODY),
  branch("device", "up/command/{id}", "answers to commands", ANY, NOBODY),
  branch("device", "down/state", "desired state", ANY, ANY),
  branch("device", "down/key", "keys", ["service"], NOBODY),
  branch("device", "down/token", "renewed tokens", ANY, NOBODY),
  branch("device", "down/update", "updates", ANY, ["service"]),
  branch("device", "down/command/{id}", "commands", ANY, ANY),
  branch("device", "presence", "presence", ANY, NOBODY),
  branch("fleet", "live/{what}", "live summaries", ANY, NOBODY),
  branch("fleet", "claim/{claim}", "first contact", NOBODY, NOBODY),
];

/** Whole sides of a device, for the requests that mean all of them. */
const SIDES: Record<string, readonly string[]> = { "up/#": ["up", "#"], "down/#": ["down", "#"] };

/** The levels below a device that a request's branch name means, as a filter; undefined when there is no such branch. */
export function branchFilter(name: string): readonly string[] | undefined {
  if (Object.hasOwn(SIDES, name)) return SIDES[name];
  const found = BRANCHES.find((one) => one.of === "device" && (one.name === name || one.levels.join("/").replace("{id}", "+") === name));
  return found?.levels.map((level) => (level === "{id}" ? "+" : level));
}

export const isSelf = (device: string | undefined, self: string | undefined): boolean => device !== undefined && device === self;

/** May a subject of this kind be granted it? `own`: of the device itself. */
export function mayBeGranted(one: Branch, action: BranchAction, kind: SubjectKind, own: boolean): boolean {
  if (own && kind === "device" && one.of === "device") {
    if (action === "read" || one.levels[0] === "up") return true;
  }
  return one[action].includes(kind);
}

/** A concrete topic of a branch. Of a branch without a variable level `id` is not used. */
export function branchTopic(fleetId: string, one: Branch, { device, id }: { device: string | undefined; id: string | undefined }): string {
  const below = one.levels.map((level) => (level === "{id}" ? (id ?? "") : level));
  // First contact happens on two topics below the claim; one stands for both.
  const tail = one.name === "claim/{claim}" ? [...below, "up"] : below;
  return [TOPIC_ROOT, fleetId, ...(one.of === "device" ? [device ?? ""] : []), ...tail].join("/");
}

export const isVariable = (one: Branch): boolean => one.levels.includes("{id}");

/** Names at a variable level that exist whatever a token says. */
export function knownIds(one: Branch): readonly string[] {
  return one.name === "live/{what}" ? LIVE_KINDS : [];
}
