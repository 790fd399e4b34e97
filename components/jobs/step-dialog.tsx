"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { type JobStep, steerJob } from "@/lib/client/commands/jobs";
import { useSession } from "@/lib/client/session";
import type { JobDetail } from "@/lib/domain/jobs/job-view";
import { deviceCount, jobTitle } from "./job-words";

const WORDS: Record<JobStep, { title: (job: JobDetail) => string; label: string; text: string; danger?: boolean }> = {
  cancel: {
    title: ({ counts, state }) => (state === "waiting" ? "Cancel this job?" : `Cancel this job, with ${deviceCount(counts.queued)} to go?`),
    label: "Cancel the job",
    text: "What was done stays. What was not is left. A portion that is under way is done whole first.",
  },
  approve: {
    title: (job) => `Approve: ${jobTitle(job)}, ${deviceCount(job.devices)}?`,
    label: "Approve",
    text: "It begins at once. Which devices it meets was fixed when it was asked for.",
    danger: true,
  },
  reject: { title: (job) => `Reject: ${jobTitle(job)}?`, label: "Reject", text: "Nothing is done." },
  undo: {
    title: ({ counts }) => `Put ${deviceCount(counts.done)} back as ${counts.done === 1 ? "it was" : "they were"}?`,
    label: "Undo",
    text: "A job of its own gives each device the value that it had before. Where somebody has changed it since, their change stays, and is told.",
  },
};

/** A person's step, confirmed. An undo leads to the job that puts things back. */
export function StepDialog({ job, step, onClose }: { job: JobDetail; step: JobStep; onClose: () => void }) {
  const { fleet } = useSession();
  const client = useQueryClient();
  const router = useRouter();
  const steer = useMutation({
    mutationFn: () => steerJob(fleet.id, job.id, step),
    onSuccess: async ({ jobId }) => {
      await client.invalidateQueries({ queryKey: [fleet.id, "jobs"] });
      onClose();
      if (jobId !== job.id) router.push(`/jobs/${jobId}`);
    },
  });
  const { title, label, text, danger } = WORDS[step];
  const tokens = step === "undo" && job.action.kind === "suspend" ? " Tokens that were taken back stay revoked: each device needs a new one." : "";
  return (
    <ConfirmDialog
      title={title(job)}
      confirmLabel={label}
      danger={danger === true}
      busy={steer.isPending}
      error={steer.error}
      onConfirm={() => steer.mutate()}
      onClose={onClose}
    >
      {text}
      {tokens}
    </ConfirmDialog>
  );
}
