import { z } from "zod";
import { aclSchema } from "@/lib/protocol/access";
import { accessCheckSchema, explanationSchema } from "./explanation";

/** What to simulate: every live token of a subject, one token, or scopes that nobody has yet. */
export const simulationInputSchema = z
  .object({
    subject: z.string().min(1).max(64).optional(),
    tokenId: z.string().min(1).max(64).optional(),
    scopes: aclSchema.optional(),
    checks: z.array(accessCheckSchema).min(1).max(50),
  })
  .refine(({ subject, tokenId, scopes }) => [subject, tokenId, scopes].filter((one) => one !== undefined).length === 1, {
    message: "Give exactly one of subject, tokenId and scopes.",
    path: ["subject"],
  });

export const simulationSchema = z.object({
  /** One entry per token that was asked about; none when the subject has no live token. */
  results: z.array(
    z.object({
      /** Null for scopes that were given. */
      token: z
        .object({
          id: z.string(),
          label: z.string(),
          subject: z.string(),
          subjectName: z.string().nullable(),
          expiresAt: z.iso.datetime(),
          state: z.enum(["live", "expired", "revoked"]),
        })
        .nullable(),
      scopes: aclSchema,
      /** In the order of the checks. */
      decisions: z.array(accessCheckSchema.extend(explanationSchema.shape)),
    }),
  ),
});
export type Simulation = z.output<typeof simulationSchema>;
