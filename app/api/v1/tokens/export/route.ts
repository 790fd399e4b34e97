import { z } from "zod";
import { exportTokens } from "@/lib/server/tokens/export-tokens";
import { route } from "@/lib/web/route";

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" } as const;

export const GET = route({
  summary: "The same list as a file: CSV, or with format=jsonl a line of JSON for each token",
  verb: exportTokens,
  output: z.object({ format: z.enum(["csv", "jsonl"]), rows: z.number().int(), text: z.string() }),
  file: ({ format, text }) => ({ name: `tokens.${format}`, type: TYPES[format], text }),
});
