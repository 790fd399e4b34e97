import { type Evidence, times } from "./evidence";
import { type DeviceFacts, isAfterLoss, type Refused } from "./facts";

export interface Hypothesis {
  key: string;
  /** A sentence about the device: "Its token expired". */
  title: string;
  /** Completes "is offline because". */
  because: string;
  evidence: Evidence[];
  /** What to do if it is so. `href`: where, inside the console. */
  next: { text: string; href: string | null };
}

export type Maker = (facts: DeviceFacts, deviceId: string) => Hypothesis;

export const sum = (refusals: readonly Refused[]) => refusals.reduce((count, one) => count + one.count, 0);
export const since = (facts: DeviceFacts) => facts.refusals.filter(({ lastAt }) => isAfterLoss(lastAt, facts));
/** Refusals that hypotheses of their own speak of. */
export const OTHERWISE_TOLD: ReadonlySet<string> = new Set(["expired", "revoked", "not_yet_valid"]);
/** Attempts from another network say more about the identity than about the device. */
export const isItself = ({ session }: DeviceFacts, network: string | null) => network === null || !session || network === session.network;
export const cause = (facts: DeviceFacts, ...causes: string[]) => facts.presence.state !== "online" && causes.includes(facts.presence.cause);

export function triesFor(facts: DeviceFacts, weight: number, ...reasons: string[]): Evidence | false {
  const fitting = since(facts).filter(({ action, reason }) => action === "connect" && reasons.includes(reason));
  return (
    fitting.length > 0 && {
      kind: "refused_since",
      weight,
      text: `It has tried to connect ${times(sum(fitting))} since, and was refused: ${fitting[0]?.reason}.`,
      source: "refusals",
    }
  );
}

/** It reaches us: whatever cuts its power or its network is ruled out. */
export function alive(facts: DeviceFacts, weight: number): Evidence | false {
  const attempts = since(facts).filter(({ network, action }) => action === "connect" && isItself(facts, network));
  return (
    attempts.length > 0 && { kind: "alive", weight, text: `Its attempts reach us from its usual network, ${times(sum(attempts))} since.`, source: "refusals" }
  );
}
