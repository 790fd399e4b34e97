import { z } from "zod";
import { ETSI_PROVISIONS } from "./etsi-provisions";
import { type ComplianceFacts, complianceFactsSchema } from "./facts";
import { COMPLIANCE_STATES, type ComplianceState } from "./judgement";
import { NIST_CAPABILITIES } from "./nist-capabilities";
import { type Provision, STANDARDS } from "./provision";

/** The `typ` of a pack: never that of a token, receipt or statement. */
export const PACK_TYPE = "sallyport-compliance+jwt";
export const PACK_AUDIENCE = "sallyport-compliance";

const judgedProvisionSchema = z.object({
  standard: z.enum(STANDARDS),
  number: z.string(),
  v3: z.string().optional(),
  clause: z.string(),
  demand: z.enum(["shall", "should", "capability"]),
  text: z.string(),
  state: z.enum(COMPLIANCE_STATES),
  evidence: z.array(z.object({ text: z.string(), href: z.string().optional() })),
  beyond: z.string().optional(),
});
export type JudgedProvision = z.output<typeof judgedProvisionSchema>;

/** Payload of a pack's JWS. Documented in docs/compliance.md; fields are added, never changed. */
export const compliancePackSchema = z.object({
  iss: z.literal("sallyport"),
  aud: z.literal(PACK_AUDIENCE),
  /** When it was signed, seconds since 1970. */
  iat: z.number().int(),
  fleet: z.object({ id: z.string(), name: z.string() }),
  at: z.iso.datetime(),
  text: z.string(),
  counts: z.record(z.enum(COMPLIANCE_STATES), z.number().int()),
  facts: complianceFactsSchema,
  provisions: z.array(judgedProvisionSchema),
});
export type CompliancePack = z.output<typeof compliancePackSchema>;

/** What is signed, and shown. */
export function assemblePack(fleet: CompliancePack["fleet"], facts: ComplianceFacts, now: Date): CompliancePack {
  const provisions = [...ETSI_PROVISIONS, ...NIST_CAPABILITIES].map((one) => judged(one, facts));
  const counts = Object.fromEntries(COMPLIANCE_STATES.map((state) => [state, 0])) as Record<ComplianceState, number>;
  for (const { state } of provisions) counts[state]++;
  return {
    iss: "sallyport",
    aud: PACK_AUDIENCE,
    iat: Math.floor(now.getTime() / 1000),
    fleet,
    at: now.toISOString(),
    text: packText(counts),
    counts,
    facts,
    provisions,
  };
}

function judged({ judge, ...provision }: Provision, facts: ComplianceFacts): JudgedProvision {
  return { ...provision, ...(judge?.(facts) ?? { state: "not_covered", evidence: [] }) };
}

/** Of those that something here speaks of. */
function packText(counts: Record<ComplianceState, number>): string {
  const covered = counts.met + counts.partly + counts.not_met;
  return `Evidence meets ${counts.met} of ${covered} provisions that this system sees, ${counts.partly} partly, ${counts.not_met} not`;
}
