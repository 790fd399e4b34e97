import type { Scope } from "@/lib/protocol/access";
import type { Decision } from "./decision";
import { filterProblem } from "./topic-filter";

const SLASH = 0x2f;

/** One scope of a grant, made ready for being asked often. */
export interface ReadyScope {
  index: number;
  levels: readonly string[];
  deny: boolean;
  /** Bit n: it speaks of QoS n. */
  qos: number;
  /** Bit 0: it speaks of messages that are not retained; bit 1: of retained ones. */
  retain: number;
  decision: Decision;
}

interface Pattern extends ReadyScope {
  /** The levels before the first wildcard, as they stand in every topic that matches, and the levels from there on. */
  head: string;
  tail: readonly string[];
}

/**
 * The scopes that count, with their places in the grant. A malformed allow allows nothing. A malformed deny may have been meant
 * for anything, so nothing is allowed beside it.
 */
export function scopesInForce(scopes: readonly Scope[]): { index: number; scope: Scope }[] {
  const readable = scopes.map((scope, index) => ({ index, scope, ok: filterProblem(scope.topic) === undefined }));
  const spoiled = readable.some(({ scope, ok }) => !ok && scope.permission === "deny");
  return readable.filter(({ scope, ok }) => ok && (!spoiled || scope.permission === "deny"));
}

/** The scopes that speak of one action: exact names are looked up, patterns are tried in turn. */
export class ScopeIndex {
  readonly all: readonly ReadyScope[];
  readonly #exact = new Map<string, ReadyScope[]>();
  readonly #patterns: Pattern[] = [];

  constructor(scopes: readonly { index: number; scope: Scope }[], action: "publish" | "subscribe") {
    const own = scopes.filter(({ scope }) => scope.action === action || scope.action === "all");
    this.all = own.map(({ index, scope }) => {
      const ready = readyScope(index, scope);
      const wildAt = ready.levels.findIndex((level) => level === "+" || level === "#");
      if (wildAt >= 0) this.#patterns.push({ ...ready, head: ready.levels.slice(0, wildAt).join("/"), tail: ready.levels.slice(wildAt) });
      else this.#exact.set(scope.topic, [...(this.#exact.get(scope.topic) ?? []), ready]);
      return ready;
    });
  }

  /** Which scope decides about a well-formed topic: deny before allow, of equals the one that stands first in the grant. */
  deciding(topic: string, qos: number, retain: number): ReadyScope | undefined {
    let best: ReadyScope | undefined;
    const exact = this.#exact.get(topic);
    if (exact) for (const scope of exact) if (scope.qos & qos && scope.retain & retain && outweighs(scope, best)) best = scope;
    for (const scope of this.#patterns) if (scope.qos & qos && scope.retain & retain && outweighs(scope, best) && matches(scope, topic)) best = scope;
    return best;
  }
}

function outweighs(scope: ReadyScope, best: ReadyScope | undefined): boolean {
  if (best === undefined) return true;
  return scope.deny === best.deny ? scope.index < best.index : scope.deny;
}

/** Does the topic begin with these levels? Compared from the end: ids differ there, and most questions end with the first look. */
function hasLevels(topic: string, head: string): boolean {
  const { length } = head;
  if (length === 0) return true;
  if (topic.length < length || (topic.length > length && topic.charCodeAt(length) !== SLASH)) return false;
  for (let i = length - 1; i >= 0; i--) if (topic.charCodeAt(i) !== head.charCodeAt(i)) return false;
  return true;
}

/** `filterMatchesTopic` on the topic as it is: a message whose topic is new to its session is not taken apart for it. */
function matches({ head, tail }: Pattern, topic: string): boolean {
  if (!hasLevels(topic, head)) return false;
  let at = head === "" ? 0 : head.length + 1; // Where the next level begins; past the end when there is none.
  for (const level of tail) {
    if (level === "#") return true; // section 4.7.1.2: also the parent level itself
    if (at > topic.length) return false;
    const slash = topic.indexOf("/", at);
    const end = slash < 0 ? topic.length : slash;
    if (level !== "+" && !(end - at === level.length && topic.startsWith(level, at))) return false;
    at = end + 1;
  }
  return at > topic.length;
}

function readyScope(index: number, { permission, topic, qos, retain }: Scope): ReadyScope {
  const deny = permission === "deny";
  return {
    index,
    levels: topic.split("/"),
    deny,
    qos: qos ? qos.reduce<number>((bits, one) => bits | (1 << one), 0) : 0b111,
    retain: retain === undefined ? 0b11 : retain ? 0b10 : 0b01,
    decision: { verdict: deny ? "EXPLICIT_DENY" : "ALLOWED", scope: index, problem: undefined },
  };
}
