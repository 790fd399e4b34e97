import { z } from "zod";
import { scopeSchema } from "@/lib/protocol/access";

const time = z.iso.datetime();

export const tokenViewSchema = z.object({
  id: z.string(),
  subjectKind: z.enum(["device", "console", "service"]),
  subject: z.string(),
  /** Name of the device or person, when there is one. */
  subjectName: z.string().nullable(),
  label: z.string(),
  clientId: z.string().nullable(),
  scopes: z.array(scopeSchema),
  issuedAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
  revokedReason: z.string().nullable(),
  state: z.enum(["live", "expired", "revoked"]),
  /** Sessions that are open with it now. */
  connected: z.number().int(),
});
export type TokenView = z.output<typeof tokenViewSchema>;

/** Answer of `POST /api/v1/live-token`: what one browser tab needs to follow its fleet. */
export const liveTokenSchema = z.object({
  url: z.string(),
  clientId: z.string(),
  username: z.string(),
  token: z.string(),
  expiresAt: time,
  fleetId: z.string(),
  payloads: z.boolean(),
});
export type LiveToken = z.output<typeof liveTokenSchema>;
