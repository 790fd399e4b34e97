import { misbehaving, neverConnected, refused, takenOut, tokenExpired, tokenRevoked } from "./access-hypotheses";
import type { Maker } from "./hypothesis";
import { clock, secondHolder, tampering } from "./identity-hypotheses";
import { broker, flapping, lost, outage, sleeping, switchedOff } from "./surrounding-hypotheses";

/** Their words, and their order: where two weigh the same, the upper one is told. */
export const HYPOTHESIS_KEYS = [
  "taken_out",
  "never_connected",
  "outage",
  "token_expired",
  "token_revoked",
  "refused",
  "misbehaving",
  "tampering",
  "flapping",
  "sleeping",
  "switched_off",
  "lost",
  "broker",
  "clock",
  "second_holder",
] as const;
export type HypothesisKey = (typeof HYPOTHESIS_KEYS)[number];

const MAKERS: Record<HypothesisKey, Maker> = {
  taken_out: takenOut,
  never_connected: neverConnected,
  outage,
  token_expired: tokenExpired,
  token_revoked: tokenRevoked,
  refused,
  misbehaving,
  tampering,
  flapping,
  sleeping,
  switched_off: switchedOff,
  lost,
  broker,
  clock,
  second_holder: secondHolder,
};

export const HYPOTHESES: readonly Maker[] = HYPOTHESIS_KEYS.map((key) => MAKERS[key]);
