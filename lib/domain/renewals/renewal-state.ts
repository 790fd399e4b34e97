/**
 * How far a device came from one token to the next. `waiting`: it came home and a person has to agree. `issued`: the new token is on its
 * way, the old one still holds. `stored`: it has said that it has it, and the old one ended.
 */
export const RENEWAL_STATES = ["waiting", "approved", "denied", "issued", "stored"] as const;
export type RenewalState = (typeof RENEWAL_STATES)[number];

/** A person's decision about a device that waits, or that was denied. Undefined: there is nothing to decide. */
export function decideRenewal(from: RenewalState | null, decision: "approve" | "deny"): RenewalState | undefined {
  if (from === "waiting") return decision === "approve" ? "approved" : "denied";
  if (from === "approved" && decision === "deny") return "denied";
  return from === "denied" && decision === "approve" ? "approved" : undefined;
}
