import { type Granted, grantedSchema } from "@/lib/domain/tokens/grant-answer";
import { type TokenPolicy, tokenPolicySchema } from "@/lib/domain/tokens/grant-policy";
import { grantDecidedSchema } from "@/lib/domain/tokens/grant-request-view";
import { api } from "../api";

/** Approves, rejects or withdraws a grant that waits. */
export function decideGrant(fleet: string, id: string, act: "approve" | "reject" | "withdraw", comment: string) {
  return api(grantDecidedSchema, `/grant-requests/${encodeURIComponent(id)}/${act}`, { method: "POST", fleet, body: { comment } });
}

/** The token of an approved grant: made now, shown once. */
export function collectGrant(fleet: string, id: string): Promise<Granted> {
  return api(grantedSchema, `/grant-requests/${encodeURIComponent(id)}/collect`, { method: "POST", fleet, body: {} });
}

export function changeTokenPolicy(fleet: string, changes: Partial<TokenPolicy>): Promise<TokenPolicy> {
  return api(tokenPolicySchema, "/token-policy", { method: "PATCH", fleet, body: changes });
}
