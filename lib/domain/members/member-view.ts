import { z } from "zod";
import { ROLES } from "./permissions";

const time = z.iso.datetime();
export const roleSchema = z.enum(ROLES);
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email("Not an e-mail address."));
export const passwordSchema = z.string().min(10, "At least 10 characters.").max(200);

export const memberSchema = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  lastUsedAt: time.nullable(),
});
export type MemberView = z.output<typeof memberSchema>;

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  prefix: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});
export type ApiKeyView = z.output<typeof apiKeySchema>;

export const meSchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }),
  fleets: z.array(z.object({ id: z.string(), name: z.string(), role: roleSchema, permissions: z.array(z.string()) })),
});
export type Me = z.output<typeof meSchema>;
