import { z } from "zod";

const time = z.iso.datetime();

/** A browser that a person is signed in with. */
export const userSessionSchema = z.object({
  id: z.string(),
  userAgent: z.string(),
  address: z.string(),
  createdAt: time,
  lastUsedAt: time,
  expiresAt: time,
  /** The one that asks. */
  current: z.boolean(),
});
export type UserSessionView = z.output<typeof userSessionSchema>;
