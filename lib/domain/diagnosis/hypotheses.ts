import { misbehaving, neverConnected, refused, takenOut, tokenExpired, tokenRevoked } from "./access-hypotheses";
import type { Maker } from "./hypothesis";
import { clock, secondHolder, tampering } from "./identity-hypotheses";
import { broker, flapping, lost, outage, sleeping, switchedOff } from "./surrounding-hypotheses";

/** Where two weigh the same, the upper one is told. */
export const HYPOTHESES: readonly Maker[] = [
  takenOut,
  neverConnected,
  outage,
  tokenExpired,
  tokenRevoked,
  refused,
  misbehaving,
  tampering,
  flapping,
  sleeping,
  switchedOff,
  lost,
  broker,
  clock,
  secondHolder,
];
