import { z } from "zod";
import { type createClaimInputSchema, enrolmentDecidedSchema, type NewClaim, newClaimSchema } from "@/lib/domain/claims/claim-view";
import { api } from "../api";

/** The answer tells the code: the only time. */
export function createClaim(fleet: string, input: z.input<typeof createClaimInputSchema>): Promise<NewClaim> {
  return api(newClaimSchema, "/claims", { method: "POST", fleet, body: input });
}

export function revokeClaim(fleet: string, claimId: string): Promise<unknown> {
  return api(z.unknown(), `/claims/${encodeURIComponent(claimId)}/revoke`, { method: "POST", fleet, body: {} });
}

export function decideEnrolment(fleet: string, enrolmentId: string, act: "approve" | "deny"): Promise<z.output<typeof enrolmentDecidedSchema>> {
  return api(enrolmentDecidedSchema, `/enrolments/${encodeURIComponent(enrolmentId)}/${act}`, { method: "POST", fleet, body: {} });
}

const foundSchema = z.object({ claimId: z.string(), name: z.string() });

/** Which claim of this fleet has this code? */
export function lookUpClaim(fleet: string, code: string): Promise<z.output<typeof foundSchema>> {
  return api(foundSchema, "/claims/look-up", { method: "POST", fleet, body: { code } });
}
