import type { z } from "zod";
import { startedJobSchema, type startJobInputSchema } from "@/lib/domain/jobs/job-view";
import { api } from "../api";

/** The answer names the job that was begun. */
export function startJob(fleet: string, input: z.input<typeof startJobInputSchema>): Promise<z.output<typeof startedJobSchema>> {
  return api(startedJobSchema, "/jobs", { method: "POST", fleet, body: input });
}

export type JobStep = "cancel" | "approve" | "reject" | "undo";

/** For `undo` the answer names the job that puts things back. */
export function steerJob(fleet: string, jobId: string, step: JobStep): Promise<{ jobId: string }> {
  return api(startedJobSchema.pick({ jobId: true }), `/jobs/${encodeURIComponent(jobId)}/${step}`, { method: "POST", fleet, body: {} });
}
