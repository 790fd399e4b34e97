import type { Scope } from "@/lib/protocol/access";
import type { Decision } from "./decision";
import { filterProblem } from "./topic-filter";

/** One scope of a grant, made ready for being asked often. */
export interface ReadyScope {
  index: number;
  levels: readonly string[];
  /** Has no wildcard: the only topic that it matches is well-formed, as its filter is. */
  exact: boolean;
  deny: boolean;
  /** Bit n: it speaks of QoS n. */
  qos: number;
  /** Bit 0: it speaks of messages that are not retained; bit 1: of retained ones. */
  retain: number;
  /** Before the first wildcard: how many levels, and how many characters with the slashes behind them. */
  namedLevels: number;
  namedLength: number;
  decision: Decision;
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

/** The scopes that speak of one action, in the order of the grant. */
export function scopesOf(scopes: readonly { index: number; scope: Scope }[], action: "publish" | "subscribe"): ReadyScope[] {
  return scopes.filter(({ scope }) => scope.action === action || scope.action === "all").map(({ index, scope }) => readyScope(index, scope));
}

function readyScope(index: number, { permission, topic, qos, retain }: Scope): ReadyScope {
  const deny = permission === "deny";
  const levels = topic.split("/");
  const wild = levels.findIndex((level) => level === "+" || level === "#");
  const named = wild < 0 ? levels : levels.slice(0, wild);
  return {
    index,
    levels,
    exact: wild < 0,
    deny,
    qos: qos ? qos.reduce<number>((bits, one) => bits | (1 << one), 0) : 0b111,
    retain: retain === undefined ? 0b11 : retain ? 0b10 : 0b01,
    namedLevels: named.length,
    namedLength: named.reduce((length, level) => length + level.length + 1, 0),
    decision: { verdict: deny ? "EXPLICIT_DENY" : "ALLOWED", scope: index, problem: undefined },
  };
}
