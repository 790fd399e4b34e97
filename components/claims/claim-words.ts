import type { StateName } from "@/components/ui/state-shapes";
import type { ClaimApproval } from "@/lib/domain/claims/admission";
import type { ClaimView, EnrolmentView } from "@/lib/domain/claims/claim-view";
import type { StuckAt } from "@/lib/domain/claims/funnel";

export const APPROVAL_WORDS: Record<ClaimApproval, string> = {
  auto: "Whoever has the code",
  listed: "Listed serial numbers; others wait for a person",
  ask: "Everybody waits for a person",
};

export const CLAIM_MARKS: Record<ClaimView["state"], { state: StateName; word: string }> = {
  open: { state: "online", word: "Open" },
  used_up: { state: "done", word: "Used up" },
  expired: { state: "waiting", word: "Expired" },
  revoked: { state: "offline", word: "Revoked" },
};

/** Goes before the state of the claim. */
export const MISUSED: { state: StateName; word: string } = { state: "tamper", word: "Misuse suspected" };

export const ENROLMENT_MARKS: Record<EnrolmentView["state"], { state: StateName; word: string }> = {
  waiting: { state: "pending", word: "Waits for you" },
  approved: { state: "updating", word: "Approved" },
  denied: { state: "failed", word: "Denied" },
  issued: { state: "updating", word: "On its way" },
  stored: { state: "done", word: "Provisioned" },
};

export const KIND_WORDS: Record<EnrolmentView["kind"], string> = {
  first: "New device",
  return: "Known key, comes back",
  replace: "Known serial number, new key",
};

const devices = (count: number) => `${count.toLocaleString("en")} ${count === 1 ? "device" : "devices"}`;

/** What a claim's page says first: how far its devices are. */
export function claimAnswer({ name, state, useLimit, waiting, issued, stored, online }: ClaimView): string {
  if (waiting > 0) return `${name}: ${devices(waiting)} to agree to`;
  if (useLimit === 1 && online > 0) return `${name} is online`;
  if (online > 0) return `${name}: ${online.toLocaleString("en")} of ${useLimit.toLocaleString("en")} online`;
  if (stored + issued > 0) return `${name}: ${devices(stored + issued)} provisioned, not online yet`;
  return state === "open" ? `${name}: waiting for ${useLimit === 1 ? "its device" : `up to ${devices(useLimit)}`}` : `${name}: no device came`;
}

export function claimsAnswer(claims: readonly ClaimView[], total: number): string {
  if (total === 0) return "No claim code yet";
  const open = claims.filter(({ state }) => state === "open").length;
  return open === 0 ? "No claim code is open" : `${open} ${open === 1 ? "claim code is" : "claim codes are"} open`;
}

/** Where a device is stuck, and what somebody can do about it. */
export const STUCK_WORDS: Record<StuckAt, { mark: { state: StateName; word: string }; todo: string }> = {
  approval: { mark: { state: "pending", word: "Approval" }, todo: "Compare its fingerprint, and agree or deny." },
  answer: { mark: { state: "silent", word: "Taking its token" }, todo: "It was let in and has not stored its token. Start it again: it goes on where it was." },
  first_report: {
    mark: { state: "never_seen", word: "First report" },
    todo: "It has its token, and nothing of it has been stored. See refusals and rejected messages on its page.",
  },
  away: { mark: { state: "offline", word: "Away" }, todo: "It has reported, and is not connected. Its page says why." },
};
