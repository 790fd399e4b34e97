import { z } from "zod";

/** Fields of devices whose values are known only from the fleet itself. */
export const suggestionFieldSchema = z.enum(["name", "site", "profile", "gateway", "firmware", "tag", "metric"]);

export const suggestionsSchema = z.object({ items: z.array(z.string()) });
export type Suggestions = z.output<typeof suggestionsSchema>;
