import { z } from "zod";

export const evidenceSchema = z.object({ kind: z.string(), weight: z.number(), text: z.string(), source: z.string() });
