import { z } from "zod";
import { metaSchema } from "@/lib/protocol/access";
import { grantWordsSchema } from "./grant-words";
import { tokenViewSchema } from "./token-view";

const time = z.iso.datetime();

/** Another token that this one took the place of, or that took its place. */
const relatedTokenSchema = z.object({ id: z.string(), label: z.string(), state: tokenViewSchema.shape.state });

/** Answer of `GET /api/v1/tokens/{tokenId}`. */
export const tokenDetailSchema = tokenViewSchema.extend({
  words: grantWordsSchema,
  meta: metaSchema,
  /** The key that signed it. */
  kid: z.string().nullable(),
  /** By scope, in their order; count 0: never used. */
  uses: z.array(z.object({ count: z.number().int(), firstAt: time.nullable(), lastAt: time.nullable() })),
  /** Use was counted from then on. */
  watchedFrom: time,
  /** What it does at Mosquitto is not counted, and one is connected to this installation. */
  partlyUnseen: z.boolean(),
  /** The newest sessions at the embedded broker, at most 20. */
  sessions: z.array(
    z.object({
      number: z.string(),
      clientId: z.string(),
      transport: z.string(),
      address: z.string(),
      connectedAt: time,
      disconnectedAt: time.nullable(),
      disconnectReason: z.string().nullable(),
    }),
  ),
  sessionsTotal: z.number().int(),
  /** How many tokens were granted together with it, itself included; 0 without a batch. */
  batchSize: z.number().int(),
  replaces: relatedTokenSchema.nullable(),
  replacedBy: z.array(relatedTokenSchema),
});
export type TokenDetail = z.output<typeof tokenDetailSchema>;
