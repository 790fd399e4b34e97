import { z } from "zod";
import { emailSchema, passwordSchema } from "./member-view";

/** What a person is called in lists: one line, printable. */
export const personNameSchema = z
  .string()
  .trim()
  .min(1, "A name is needed.")
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]+$/u, "Only printable characters.");

export const setupLinkSchema = z.object({
  kind: z.enum(["first_admin", "member"]),
  /** The member's; null for the first administrator, who gives one. */
  email: z.string().nullable(),
  name: z.string().nullable(),
  expiresAt: z.iso.datetime(),
});
export type SetupLinkView = z.output<typeof setupLinkSchema>;

export const setupTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "Not a set-up link.");

/** A link of a member ignores `email`: it is the one that was invited. */
export const completeSetupInputSchema = z.object({
  token: setupTokenSchema,
  email: emailSchema.optional(),
  name: personNameSchema.optional(),
  password: passwordSchema,
});
export type CompleteSetupInput = z.input<typeof completeSetupInputSchema>;

export const changePasswordInputSchema = z.object({ currentPassword: z.string().min(1).max(200), newPassword: passwordSchema });
