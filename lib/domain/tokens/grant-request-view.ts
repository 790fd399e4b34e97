import { z } from "zod";
import { scopeSchema } from "@/lib/protocol/access";
import { grantHolderSchema } from "./grant-answer";
import { GRANT_REQUEST_STATES } from "./grant-approval";
import { grantReachSchema } from "./grant-reach";
import { warningSchema } from "./grant-warnings";
import { grantWordsSchema } from "./grant-words";

const time = z.iso.datetime();

/** A grant that waits, or waited, for a second admin; told as the fleet is now. */
export const grantRequestViewSchema = z.object({
  id: z.string(),
  /** `over`: nobody acted on it in time. */
  state: z.enum([...GRANT_REQUEST_STATES, "over"]),
  requestedBy: z.string(),
  createdAt: time,
  expiresAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  comment: z.string(),
  tokenId: z.string().nullable(),
  holder: grantHolderSchema,
  label: z.string(),
  /** Minutes, from when it is collected. */
  ttl: z.number().int(),
  scopes: z.array(scopeSchema),
  words: grantWordsSchema,
  reach: grantReachSchema,
  warnings: z.array(warningSchema),
  /** The reader asked for it. */
  own: z.boolean(),
  /** The reader may approve or reject it. */
  decidable: z.boolean(),
});
export type GrantRequestView = z.output<typeof grantRequestViewSchema>;

export const grantDecidedSchema = z.object({ id: z.string(), state: z.enum(GRANT_REQUEST_STATES) });
