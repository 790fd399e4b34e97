import type { ClaimRefusal } from "@/lib/protocol/claim";
import type { EnrolmentState } from "./enrolment";

export const CLAIM_APPROVALS = ["auto", "listed", "ask"] as const;
export type ClaimApproval = (typeof CLAIM_APPROVALS)[number];

/** What decides about one device that asks to be let in. */
export interface AdmissionFacts {
  claim: { fleetId: string; revoked: boolean; expired: boolean; used: number; useLimit: number; approval: ClaimApproval; hasList: boolean };
  /** The fleet that the device expects; undefined: any. */
  fleet: string | undefined;
  serial: string | undefined;
  /** Its serial number is on the claim's list. */
  listed: boolean;
  /** How far it came with this claim before. */
  enrolment: EnrolmentState | undefined;
  /** The device that we know by this key, or else by this serial number. */
  known: { by: "key" | "serial"; fleetId: string; lifecycle: "pending" | "active" | "suspended" | "retired" } | undefined;
}

export type EnrolmentKind = "first" | "return" | "replace";
export type Admission = { ok: true; kind: EnrolmentKind; needsPerson: boolean } | { ok: false; code: ClaimRefusal };

const refuse = (code: ClaimRefusal): Admission => ({ ok: false, code });

/**
 * May this device in by this claim, and does a person have to agree? What a device began with a claim it may finish after the
 * claim expired or was used up, so that a power cut costs nothing; after a revocation nothing goes on.
 */
export function admit(facts: AdmissionFacts): Admission {
  const { claim, enrolment, known } = facts;
  if (facts.fleet !== undefined && facts.fleet !== claim.fleetId) return refuse("wrong_fleet");
  if (claim.revoked) return refuse("revoked");
  if (known && known.fleetId !== claim.fleetId) return refuse("wrong_fleet");
  if (enrolment === "denied") return refuse("denied");
  if (claim.expired && (enrolment === undefined || enrolment === "stored")) return refuse("expired");
  const barred = enrolment === undefined ? newcomerRefusal(facts) : undefined;
  if (barred) return refuse(barred);
  if (known?.lifecycle === "suspended" || known?.lifecycle === "retired") return refuse(known.lifecycle);
  const kind = known === undefined ? "first" : known.by === "key" ? "return" : "replace";
  return { ok: true, kind, needsPerson: kind === "replace" || claim.approval === "ask" || (claim.approval === "listed" && !facts.listed) };
}

/** A list is strict, unless the claim says that those who are not on it wait for a person. */
function newcomerRefusal({ claim, serial, listed }: AdmissionFacts): ClaimRefusal | undefined {
  if (claim.hasList && claim.approval !== "listed" && !listed) return serial === undefined ? "serial_missing" : "serial_not_allowed";
  if (claim.used >= claim.useLimit) return claim.useLimit === 1 ? "already_claimed" : "used_up";
  return undefined;
}

export type ClaimState = "open" | "used_up" | "expired" | "revoked";

export function claimState(claim: { revokedAt: Date | null; expiresAt: Date; used: number; useLimit: number }, now: Date): ClaimState {
  if (claim.revokedAt) return "revoked";
  if (claim.used >= claim.useLimit) return "used_up";
  return claim.expiresAt <= now ? "expired" : "open";
}
