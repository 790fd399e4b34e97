import { z } from "zod";
import type { Scope } from "@/lib/protocol/access";
import { TOPIC_ROOT } from "@/lib/protocol/topics";
import { BRANCHES, type Branch, type BranchAction, isSelf, type SubjectKind } from "./branches";
import { type DeviceNames, devicesInWords, inWords } from "./device-words";
import { type Fact, factsOf, type GrantFacts, READ_ALL, WRITE_ALL } from "./grant-facts";

export const grantWordsSchema = z.object({ can: z.array(z.string()), cannot: z.array(z.string()) });
export type GrantWords = z.output<typeof grantWordsSchema>;

export interface GrantTold {
  scopes: readonly Scope[];
  fleetId: string;
  subject: { kind: SubjectKind; id: string };
  /** Bound client id. */
  clientId: string | null | undefined;
  names?: DeviceNames;
}

const NAMELESS: DeviceNames = { nameOf: () => undefined };

/**
 * What a token can and cannot do, in sentences. They are made from what the evaluator answers, not from how the scopes are
 * written, so that they can never promise what a broker refuses.
 */
export function grantWords({ scopes, fleetId, subject, clientId, names = NAMELESS }: GrantTold): GrantWords {
  const self = subject.kind === "device" ? subject.id : undefined;
  const facts = factsOf(scopes, { fleetId, self });
  const can = (["write", "read"] as const).flatMap((action) => sentences(facts, action, self, names));
  const bound = clientId ?? self;
  const words = {
    can: can.length > 0 ? can : ["Nothing at all."],
    cannot: [
      ...never(facts, "read"),
      ...never(facts, "write"),
      ...neverAs(facts, self),
      ...(scopes.every(({ permission, topic }) => permission === "deny" || topic.startsWith(`${TOPIC_ROOT}/${fleetId}/`))
        ? ["Reach anything in another fleet."]
        : []),
    ],
  };
  return bound === undefined ? words : boundWords(words, bound);
}

/** The same, for the client id that a token gets. */
export function boundWords({ can, cannot }: GrantWords, clientId: string): GrantWords {
  return { can, cannot: [...cannot, `Connect with another client id than ${clientId}.`] };
}

/** Nouns that are allowed for the same devices within the same limits stand in one sentence. */
function sentences({ facts, named }: GrantFacts, action: BranchAction, self: string | undefined, names: DeviceNames): string[] {
  const groups = new Map<string, { nouns: string[]; branch: Branch; bits: number; devices: Set<string | undefined> }>();
  for (const { branch, noun, bits, devices } of spoken(facts, action)) {
    const key = JSON.stringify([bits, [...devices].map(String).sort(), action === "write" ? branch.levels[0] : branch.of]);
    const group = groups.get(key);
    if (group) group.nouns.push(noun);
    else groups.set(key, { nouns: [noun], branch, bits, devices });
  }
  return [...groups.values()].map(({ nouns, branch, bits, devices }) => {
    const what = inWords(nouns);
    const limits = limitWords(action, bits);
    if (branch.of === "fleet") return `${action === "read" ? "Read" : "Write"} ${what} of this fleet${limits}.`;
    const others = devices.has(undefined);
    const who = { named: named.filter((id) => devices.has(id)), others, except: others ? named.filter((id) => !devices.has(id)) : [] };
    return `${phrase(action, branch, what, devicesInWords(who, self, names))}${limits}.`;
  });
}

function phrase(action: BranchAction, branch: Branch, what: string, devices: string): string {
  if (devices === "its own")
    return action === "read" ? `Read its own ${what}` : branch.levels[0] === "up" ? `Publish its own ${what}` : `Send ${what} to itself`;
  if (action === "read") return `Read ${what} of ${devices}`;
  if (branch.levels[0] === "down") return `Send ${what} to ${devices}`;
  return branch.levels[0] === "up" ? `Publish ${what} as ${devices}` : `Write ${what} of ${devices}`;
}

/** What is allowed of each branch: all of it, all but some ids, or some ids only. */
function spoken(facts: readonly Fact[], action: BranchAction) {
  const byKey = new Map<string, { branch: Branch; noun: string; bits: number; devices: Set<string | undefined> }>();
  const add = (fact: Fact, noun: string) => {
    const key = JSON.stringify([fact.branch.name, noun, fact[action]]);
    const known = byKey.get(key) ?? { branch: fact.branch, noun, bits: fact[action], devices: new Set() };
    known.devices.add(fact.device);
    byKey.set(key, known);
  };
  for (const group of grouped(facts, ({ branch, device }) => `${branch.name} ${device ?? ""}`)) {
    const whole = group.find(({ id }) => id === undefined);
    const named = group.filter(({ id }) => id !== undefined);
    if (whole && whole[action] !== 0) {
      const refused = named.filter((fact) => fact[action] === 0).map(({ id }) => id ?? "");
      add(whole, refused.length === 0 ? whole.branch.noun : `${whole.branch.noun} (except ${inWords(refused)})`);
    }
    const special = named.filter((fact) => fact[action] !== 0 && fact[action] !== whole?.[action]);
    for (const some of grouped(special, (fact) => String(fact[action]))) {
      const [first] = some;
      if (first) add(first, `${first.branch.noun} (only ${inWords(some.map(({ id }) => id ?? ""))})`);
    }
  }
  return byKey.values();
}

function grouped(facts: readonly Fact[], keyOf: (fact: Fact) => string): Iterable<Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = groups.get(keyOf(fact));
    if (group) group.push(fact);
    else groups.set(keyOf(fact), [fact]);
  }
  return groups.values();
}

function limitWords(action: BranchAction, bits: number): string {
  if (bits === (action === "read" ? READ_ALL : WRITE_ALL)) return "";
  const [plain, retained] = [bits & 0b111, bits >> 3];
  const qos = (set: number) => (set === 0b111 ? "" : `at QoS ${inWords([0, 1, 2].filter((one) => set & (1 << one)).map(String))}`);
  if (action === "read") return `, only ${qos(plain)}`;
  const words = [qos(plain | retained), plain === 0 ? "as retained messages" : ""].filter(Boolean);
  const only = words.length > 0 ? `, only ${words.join(" ")}` : "";
  return retained === 0 ? `${only}, never retained` : only;
}

/** What is allowed of no device: said, because what a token lacks is what its holder asks about. */
function never({ facts }: GrantFacts, action: BranchAction): string[] {
  const concerned = BRANCHES.filter(({ name }) => (action === "read" ? !name.startsWith("claim/") : name.startsWith("down/")));
  const missing = concerned.filter((branch) => facts.every((fact) => fact.branch !== branch || fact[action] === 0)).map(({ noun }) => noun);
  if (missing.length === 0) return [];
  const all = missing.length === concerned.length;
  if (action === "read") return [all ? "Read anything." : `Read ${inWords(missing, "or")}.`];
  return [all ? "Send anything to a device." : `Send ${inWords(missing, "or")} to a device.`];
}

/** What only the device itself, and only the platform, publishes. */
function neverAs({ facts }: GrantFacts, self: string | undefined): string[] {
  const writes = (concerns: (fact: Fact) => boolean) => facts.some((fact) => fact.write !== 0 && concerns(fact));
  const unwritten = ["presence", "live/{what}"].flatMap((name) => {
    const branch = BRANCHES.find((one) => one.name === name);
    return branch && !writes((fact) => fact.branch === branch) ? [branch.noun] : [];
  });
  return [
    ...(writes(({ branch, device }) => branch.levels[0] === "up" && !isSelf(device, self))
      ? []
      : [`Publish as ${self === undefined ? "a" : "another"} device.`]),
    ...(unwritten.length > 0 ? [`Write ${inWords(unwritten, "or")}.`] : []),
  ];
}

/** One line for tables, as the scopes are written: `publish own up/#, subscribe own down/#` */
export function scopeLine({ scopes, subject }: { scopes: readonly Scope[]; subject: string }): string {
  if (scopes.length === 0) return "nothing at all";
  const lines = scopes
    .slice(0, SHOWN)
    .map(
      ({ permission, action, topic }) =>
        `${permission === "deny" ? "never " : ""}${action === "all" ? "publish and subscribe" : action} ${topicInWords(topic, subject)}`,
    );
  return scopes.length > SHOWN ? `${lines.join(", ")} and ${scopes.length - SHOWN} more` : lines.join(", ");
}
const SHOWN = 6;

/** A topic from its holder's point of view: `own up/#` instead of the whole address. */
function topicInWords(topic: string, subject: string): string {
  const at = topic.indexOf(`/${subject}/`);
  return at >= 0 ? `own ${topic.slice(at + subject.length + 2)}` : topic.replace(/^sp\/v1\/[^/]+\//, "");
}
