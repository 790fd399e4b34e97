import { z } from "zod";
import { emailSchema, memberSchema, roleSchema } from "./member-view";
import { personNameSchema } from "./setup-view";

export const addMemberInputSchema = z.object({ email: emailSchema, name: personNameSchema.optional(), role: roleSchema });

/** `setupUrl` is shown once; null when the person has an account here already and signs in as before. */
export const addedMemberSchema = z.object({ member: memberSchema, setupUrl: z.string().nullable(), setupExpiresAt: z.iso.datetime().nullable() });
export type AddedMember = z.output<typeof addedMemberSchema>;

export const changeMemberInputSchema = z.object({ userId: z.string().max(64), role: roleSchema });

export const createApiKeyInputSchema = z.object({
  name: personNameSchema,
  role: roleSchema,
  /** Days until it ends; null for never. */
  days: z.number().int().min(1).max(3650).nullable().default(90),
});
