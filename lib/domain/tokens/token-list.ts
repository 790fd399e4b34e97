import { z } from "zod";
import { tokenViewSchema } from "./token-view";

/** The questions that a list of tokens answers; each is a view with an exact count. */
export const TOKEN_LIST_VIEWS = ["live", "connected", "unused", "partly", "renewals", "expired", "revoked"] as const;
export type TokenListView = (typeof TOKEN_LIST_VIEWS)[number];

/** Not used so long after it was granted: never used. */
export const UNUSED_AFTER_HOURS = 24;
/** Ends so soon: its renewal is due. */
export const RENEWAL_DAYS = 14;

const SUBJECT_KINDS = ["device", "console", "service"] as const;

/** What is listed, and exported: each part is optional and all hold together. */
export const tokenFilterSchema = z.object({
  /** Left out: every token, whatever became of it. */
  view: z.enum(TOKEN_LIST_VIEWS).optional(),
  kind: z.enum(SUBJECT_KINDS).optional(),
  deviceId: z.string().max(64).optional(),
  /** The query language (docs/query.md). Plain words are any part of holder, label or id. */
  q: z.string().trim().max(1_000).optional(),
  /** Also the short-lived tokens of open browser tabs, which come and go. */
  tabs: z.stringbool().default(false),
});

export const tokenListInputSchema = tokenFilterSchema.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(300).optional(),
});

export const tokenListSchema = z.object({
  items: z.array(tokenViewSchema),
  nextCursor: z.string().nullable(),
  total: z.number().int(),
  /** How many each view would list, with the same kind, device and query. */
  views: z.record(z.enum(TOKEN_LIST_VIEWS), z.number().int()),
});
export type TokenList = z.output<typeof tokenListSchema>;
