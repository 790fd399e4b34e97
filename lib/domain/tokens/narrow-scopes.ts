import type { Scope } from "@/lib/protocol/access";

/** What was seen of a token's use. */
export interface ObservedUse {
  /** Indexes of the scopes that allowed something. */
  used: ReadonlySet<number>;
  /** For how long it was watched, in milliseconds. */
  watchedMs: number;
  /** Somebody connected with it at least once. */
  everConnected: boolean;
}

export interface Narrowing {
  /** `narrower`: there is something to leave out. The others say why there is not. */
  outcome: "narrower" | "all_used" | "never_used";
  /** Watched for less than a week: what happens once a month may be missing. */
  tooShort: boolean;
  /** What a narrower token would have. Deny scopes are always in it. */
  scopes: Scope[];
  /** Indexes of the scopes that are left out. */
  dropped: number[];
  /** For the person who decides. */
  sentence: string;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * The narrowest grant that would have allowed everything that was seen: allow scopes that never allowed anything are left out, a
 * deny never is. A scope that was used stays as it is: how much of it was used is not counted.
 */
export function narrowScopes(scopes: readonly Scope[], { used, watchedMs, everConnected }: ObservedUse): Narrowing {
  const allowing = scopes.flatMap(({ permission }, index) => (permission === "allow" ? [index] : []));
  const dropped = allowing.filter((index) => !used.has(index));
  const tooShort = watchedMs < WEEK_MS;
  const since = `in the ${watchedWords(watchedMs)} that it was watched`;
  const same = { tooShort, scopes: [...scopes], dropped: [] };
  if (allowing.length === 0) return { ...same, outcome: "all_used", sentence: "It allows nothing, so there is nothing to leave out." };
  if (dropped.length === 0) return { ...same, outcome: "all_used", sentence: `Each of its ${count(allowing.length, "scope")} was used ${since}.` };
  if (dropped.length === allowing.length) {
    const sentence = everConnected
      ? `Somebody connected with it, but none of its ${count(allowing.length, "scope")} was used ${since}.`
      : `Nobody used it ${since}.`;
    return { ...same, outcome: "never_used", sentence: `${sentence} If nobody needs it, revoke it.` };
  }
  const kept = allowing.length - dropped.length;
  const left = dropped.length === 1 ? "the other one is" : `the other ${dropped.length} are`;
  return {
    outcome: "narrower",
    tooShort,
    scopes: scopes.filter((_, index) => !dropped.includes(index)),
    dropped,
    sentence: `${since[0]?.toUpperCase()}${since.slice(1)}, ${kept} of its ${allowing.length} scopes ${kept === 1 ? "was" : "were"} used; ${left} left out.`,
  };
}

function watchedWords(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} days`;
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 2) return `${hours} hours`;
  const minutes = Math.floor(ms / 60_000);
  return minutes >= 2 ? `${minutes} minutes` : "minute";
}

const count = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
