import { SallyportError } from "@/lib/base/errors";
import type { Scope } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { type BranchAction, branchFilter, isSelf, mayBeGranted, type SubjectKind } from "./branches";
import { factsOf } from "./grant-facts";
import { type GrantRequest, scopesOfTopics } from "./grant-request";
import { deniesFirst, isPortableFilter } from "./portable-scopes";
import { tokenSize } from "./token-size";
import { filterProblem } from "./topic-filter";

const SCOPES_MAX = 256;

/** Device ids by query, as answered now. Not needed for the empty query: it stands for every device, later ones too. */
export type ResolvedQueries = ReadonlyMap<string, readonly string[]>;

export interface Compiling {
  fleetId: string;
  /** The MQTT user name; for a service that does not exist yet, any id as long as one. */
  subject: { kind: SubjectKind; id: string };
  clientId: string | undefined;
  queries: ResolvedQueries;
}

type Asked = Pick<GrantRequest, "permissions">;

/**
 * The scopes of a request, denies first, duplicates merged. Throws `invalid_input` for what cannot be granted, `too_large` when
 * it does not fit into a token, with the number of devices that would.
 */
export function compileGrant(asked: Asked, compiling: Compiling): Scope[] {
  const scopes = compose(asked, compiling, Number.POSITIVE_INFINITY);
  for (const scope of scopes) assertFilter(scope, compiling.fleetId);
  const tooLarge = sizeProblem(scopes, asked, compiling);
  if (tooLarge) throw new SallyportError("too_large", tooLarge, { hint: fitting(asked, compiling) });
  assertGrantable(scopes, compiling);
  return scopes;
}

/** Bytes of the token that would be made of these scopes. */
export function sizeOf(scopes: readonly Scope[], { permissions }: Asked, { fleetId, subject, clientId }: Compiling): number {
  return tokenSize({ fleetId, kind: subject.kind, subject: subject.id, clientId, scopes, meta: permissions.meta });
}

/** `most`: so many devices of each query at most. */
function compose({ permissions }: Asked, { fleetId, queries }: Compiling, most: number): Scope[] {
  const prefix = `${TOPIC_ROOT}/${fleetId}/`;
  const { resources, patterns } = permissions;
  const ofDevices = (devices: readonly string[], rights: (typeof resources.devices)[string]) =>
    devices.flatMap((device) =>
      [rights].flat().flatMap(({ read, write, deny }) => {
        const scope =
          (action: "publish" | "subscribe") =>
          (name: string): Scope => ({
            permission: deny ? "deny" : "allow",
            action,
            topic: prefix + [device, ...levelsOf(name)].join("/"),
          });
        return [...write.map(scope("publish")), ...read.map(scope("subscribe"))];
      }),
    );
  const found = (query: string) => (query.trim() === "" ? ["+"] : (queries.get(query) ?? []).slice(0, most));
  return deniesFirst(
    merged([
      ...Object.entries(patterns.devices).flatMap(([query, rights]) => ofDevices(found(query), rights)),
      ...Object.entries(resources.devices).flatMap(([device, rights]) => ofDevices([device], rights)),
      ...scopesOfTopics(patterns.topics, prefix),
      ...scopesOfTopics(resources.topics, prefix),
    ]),
  );
}

function levelsOf(name: string): readonly string[] {
  const levels = branchFilter(name);
  if (levels) return levels;
  throw new SallyportError("invalid_input", `There is no branch ${name}.`, {
    hint: "Branches are up/telemetry, up/posture, down/command/{id}, presence and so on.",
  });
}

/** One scope for each filter and limit: publish and subscribe make `all`. */
function merged(scopes: readonly Scope[]): Scope[] {
  const byKey = new Map<string, Scope>();
  for (const scope of scopes) {
    const { permission, topic, qos, retain } = scope;
    const key = JSON.stringify([permission, topic, qos && [...qos].sort(), retain]);
    const known = byKey.get(key);
    byKey.set(key, known && known.action !== scope.action ? { ...known, action: "all" } : (known ?? scope));
  }
  return [...byKey.values()];
}

function assertFilter({ topic }: Scope, fleetId: string): void {
  const problem = filterProblem(topic) ?? (isPortableFilter(topic) ? undefined : "not_portable");
  const shown = topic.slice(`${TOPIC_ROOT}/${fleetId}/`.length);
  if (shown.startsWith(`${TOPIC_ROOT.split("/")[0]}/`)) throw refused(`${shown} is a topic of another fleet.`);
  if (problem)
    throw refused(
      `${shown || "An empty topic"} is no topic filter that every broker understands.`,
      "Levels hold letters, digits, - and _; + stands for one level, # for all that follow.",
    );
}

const refused = (message: string, hint?: string) => new SallyportError("invalid_input", message, hint === undefined ? {} : { hint });

/** Deny by default reaches to who may be granted what at all: whatever the scopes are, the evaluator says what they come to. */
function assertGrantable(scopes: readonly Scope[], { fleetId, subject }: Compiling): void {
  const self = subject.kind === "device" ? subject.id : undefined;
  for (const { branch, device, ...bits } of factsOf(scopes, { fleetId, self }).facts)
    for (const action of ["read", "write"] as const)
      if (bits[action] !== 0 && !mayBeGranted(branch, action, subject.kind, isSelf(device, self)))
        throw refused(`${subjectWord(subject.kind)} cannot be granted to ${action} ${branch.noun} (${branch.name}).`, whyNot(branch.name, action));
}

function subjectWord(kind: SubjectKind): string {
  return { device: "A device", console: "A person", service: "A service" }[kind];
}

function whyNot(branch: string, action: BranchAction): string {
  if (branch.startsWith("up/") && action === "write") return "Only the device itself publishes below its up/. Name the branches below down/ one by one.";
  if (branch.endsWith("/key")) return "Keys are for the device itself, and for services to read. Name the other branches one by one.";
  if (branch.startsWith("claim/")) return "First contact has tokens of its own. Name the other branches one by one.";
  if (branch.startsWith("down/")) return "Updates are sent by services. Name the other branches one by one.";
  return "The platform alone writes it. Name the branches below down/ one by one.";
}

function sizeProblem(scopes: readonly Scope[], asked: Asked, compiling: Compiling): string | undefined {
  if (scopes.length > SCOPES_MAX) return `That makes ${scopes.length.toLocaleString("en")} scopes; a token holds at most ${SCOPES_MAX}.`;
  const bytes = sizeOf(scopes, asked, compiling);
  return bytes > LIMITS.tokenBytes ? `The token would have ${bytes.toLocaleString("en")} bytes; at most ${LIMITS.tokenBytes.toLocaleString("en")}.` : undefined;
}

/** How many devices of each query fit, found by halving. */
function fitting(asked: Asked, compiling: Compiling): string {
  const largest = Math.max(0, ...[...compiling.queries.values()].map(({ length }) => length));
  let [fits, fails] = [0, Math.min(largest, SCOPES_MAX) + 1];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (sizeProblem(compose(asked, compiling, middle), asked, compiling)) fails = middle;
    else fits = middle;
  }
  if (largest === 0 || fits === 0) return "Ask for fewer topics.";
  return `${fits} devices fit. Narrow the query, ask for fewer branches, or leave the query empty for every device of the fleet.`;
}
