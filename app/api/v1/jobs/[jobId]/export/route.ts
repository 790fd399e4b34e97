import { z } from "zod";
import { exportJob } from "@/lib/server/jobs/list-job-devices";
import { route } from "@/lib/web/route";

const TYPES = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl; charset=utf-8" } as const;

export const GET = route({
  summary: "Every device of a job with its outcome as a file: CSV, or with format=jsonl a line of JSON for each",
  verb: exportJob,
  output: z.object({ jobId: z.string(), format: z.enum(["csv", "jsonl"]), rows: z.number().int(), text: z.string() }),
  file: ({ jobId, format, text }) => ({ name: `${jobId}.${format}`, type: TYPES[format], text }),
});
