import { z } from "zod";

/** What every list answers: one page, where the next begins, and the exact total of the filter. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.number().int() });
}
