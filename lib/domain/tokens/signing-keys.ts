/** A signing key goes one way: published ahead, then it signs, then a newer one signs and it is only accepted, then it is gone. */
export const SIGNING_KEY_STATES = ["upcoming", "signing", "verifying", "retired"] as const;
export type SigningKeyState = (typeof SIGNING_KEY_STATES)[number];

export interface SigningKeyTimes {
  kid: string;
  createdAt: Date;
  signsFrom: Date;
  retiredAt: Date | null;
}

/** Whoever caches our public keys may hold them so long. A key is published longer than that before it signs. */
export const JWKS_MAX_AGE_SECONDS = 300;
export const PUBLISH_AHEAD_MINUTES = { least: 6, usual: 10, most: 10_080 } as const;
/** So long after it stopped signing a key stays, even without a token: clocks of several machines, and grants that were under way. */
export const RETIRE_GRACE_MS = 3_600_000;

/** In the order in which they sign. */
export function byTurn(a: SigningKeyTimes, b: SigningKeyTimes): number {
  const byName = Number(a.kid > b.kid) - Number(a.kid < b.kid);
  return a.signsFrom.getTime() - b.signsFrom.getTime() || a.createdAt.getTime() - b.createdAt.getTime() || byName;
}

/** Published and accepted. */
const living = <K extends SigningKeyTimes>(keys: readonly K[]): K[] => keys.filter(({ retiredAt }) => retiredAt === null).toSorted(byTurn);

/** The newest whose time has come; when the clocks say that it came for none, the first. */
export function signerOf<K extends SigningKeyTimes>(keys: readonly K[], now: Date): K | undefined {
  const turns = living(keys);
  return turns.findLast(({ signsFrom }) => signsFrom <= now) ?? turns[0];
}

export function signingKeyState(key: SigningKeyTimes, keys: readonly SigningKeyTimes[], now: Date): SigningKeyState {
  if (key.retiredAt !== null) return "retired";
  const signer = signerOf(keys, now);
  if (signer === undefined || signer.kid === key.kid) return "signing";
  return byTurn(key, signer) > 0 ? "upcoming" : "verifying";
}

/** When the next one took, or will take, its place; null when none has come. One that was retired before its turn never does. */
export function signsUntil(key: SigningKeyTimes, keys: readonly SigningKeyTimes[]): Date | null {
  const turns = keys.filter(({ signsFrom, retiredAt }) => retiredAt === null || retiredAt > signsFrom).toSorted(byTurn);
  return turns.find((other) => byTurn(other, key) > 0)?.signsFrom ?? null;
}

export type Rotation = { kind: "new"; signsFrom: Date } | { kind: "bring_forward"; kid: string; signsFrom: Date } | { kind: "refused"; upcoming: string };

/** One is upcoming at most. `now` does not wait for caches: it takes the upcoming one, else a new one. */
export function decideRotation(
  keys: readonly SigningKeyTimes[],
  { now, aheadMs, immediately }: { now: Date; aheadMs: number; immediately: boolean },
): Rotation {
  const upcoming = living(keys).find((key) => signingKeyState(key, keys, now) === "upcoming");
  if (upcoming && !immediately) return { kind: "refused", upcoming: upcoming.kid };
  // Never before the present one: it has to come after it.
  const present = signerOf(keys, now)?.signsFrom.getTime() ?? 0;
  const signsFrom = new Date(Math.max(now.getTime() + (immediately ? 0 : aheadMs), present + 1));
  return upcoming ? { kind: "bring_forward", kid: upcoming.kid, signsFrom } : { kind: "new", signsFrom };
}

export type RetirementProblem = "unknown" | "retired" | "signing";

/** What is in the way of retiring a key. While it signs it stays: rotate first. An upcoming one may go, as another one signs. */
export function retirementProblem(kid: string, keys: readonly SigningKeyTimes[], now: Date): RetirementProblem | undefined {
  const key = keys.find((one) => one.kid === kid);
  if (!key) return "unknown";
  const state = signingKeyState(key, keys, now);
  return state === "retired" || state === "signing" ? state : undefined;
}

/** Whose time to retire by itself has come, if no token of it holds any more. */
export function isPastGrace(key: SigningKeyTimes, keys: readonly SigningKeyTimes[], now: Date): boolean {
  const until = signsUntil(key, keys);
  return signingKeyState(key, keys, now) === "verifying" && until !== null && until.getTime() + RETIRE_GRACE_MS <= now.getTime();
}
