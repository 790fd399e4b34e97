import type { ClaimRefusal } from "@/lib/protocol/claim";
import type { RenewalState } from "./renewal-state";
import { RENEWAL_LATEST, RENEWAL_SOONEST } from "./renewal-times";

/** The token that counts as the one a device holds: its newest that renews itself, and was not put aside by a renewal. */
export interface HeldToken {
  issuedAt: Date;
  expiresAt: Date;
  revoked: boolean;
}

export interface RenewalFacts {
  /** `grant`: over its own topics, with a token that holds. `home`: by its identity key alone. */
  via: "grant" | "home";
  lifecycle: "pending" | "active" | "suspended" | "retired";
  held: HeldToken | undefined;
  state: RenewalState | null;
  /** The token that is on its way holds: what was begun is ended, with the same answer. */
  pending: boolean;
  /** The platform asked for it. */
  asked: boolean;
  graceDays: number;
}

export type RenewalVerdict = { is: "issue" } | { is: "wait" } | { is: "refuse"; code: ClaimRefusal };

const refuse = (code: ClaimRefusal): RenewalVerdict => ({ is: "refuse", code });
const DAY_MS = 86_400_000;
/** Who comes home with a token that holds has lost it; more often than this it is something else. */
const HOME_PAUSE_MS = 600_000;

/**
 * May a device that has proved its identity key have another token now? Whose token a person took back does not get another one by
 * itself: a revocation would mean nothing otherwise. Nor does one that was away for longer than the fleet's grace.
 */
export function judgeRenewal({ via, lifecycle, held, state, pending, asked, graceDays }: RenewalFacts, now: Date): RenewalVerdict {
  if (lifecycle === "suspended" || lifecycle === "retired") return refuse(lifecycle);
  if (pending) return { is: "issue" };
  if (via === "grant") {
    if (!held || held.revoked || held.expiresAt <= now) return refuse("not_renewable");
    return asked || isAtLeast(held, RENEWAL_SOONEST, now) ? { is: "issue" } : refuse("too_early");
  }
  if (state === "denied") return refuse("denied");
  if (state === "approved") return { is: "issue" };
  if (!held || held.revoked) return { is: "wait" };
  if (now.getTime() >= held.expiresAt.getTime() + graceDays * DAY_MS) return { is: "wait" };
  return now.getTime() - held.issuedAt.getTime() < HOME_PAUSE_MS ? refuse("too_early") : { is: "issue" };
}

/** Should have renewed itself by now, and has not. */
export const isOverdue = (token: Pick<HeldToken, "issuedAt" | "expiresAt">, now: Date): boolean => isAtLeast(token, RENEWAL_LATEST, now);

function isAtLeast({ issuedAt, expiresAt }: Pick<HeldToken, "issuedAt" | "expiresAt">, part: number, now: Date): boolean {
  return now.getTime() - issuedAt.getTime() >= part * (expiresAt.getTime() - issuedAt.getTime());
}
