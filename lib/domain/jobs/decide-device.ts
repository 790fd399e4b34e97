import type { LIFECYCLES } from "../devices/device-view";
import type { JobKind } from "./job-action";

export const JOB_REFUSALS = ["retired", "changed_meanwhile", "too_many_tags", "not_suspended"] as const;
export type JobRefusal = (typeof JOB_REFUSALS)[number];

export const JOB_REFUSAL_WORDS: Record<JobRefusal, string> = {
  retired: "It is retired.",
  changed_meanwhile: "Somebody changed it since the job was made; their change stays.",
  too_many_tags: "It would have more than 32 tags.",
  not_suspended: "It is not suspended: there is nothing to resume.",
};

export interface JobDeviceFacts {
  kind: JobKind;
  lifecycle: (typeof LIFECYCLES)[number];
  /** The value of the job's field now, when the job was made, and as it shall be. Null: no such tag, no site. */
  current: string | null;
  before: string | null;
  after: string | null;
  tags: number;
}

export type JobDecision = { outcome: "done" | "unchanged" } | { outcome: "refused"; why: JobRefusal };

const MOST_TAGS = 32;

/** What a job does to one device. A second time it does nothing; what a person changed meanwhile it leaves. */
export function decideDevice({ kind, lifecycle, current, before, after, tags }: JobDeviceFacts): JobDecision {
  if (current === after) return { outcome: "unchanged" };
  // Alerts come and go by themselves, and retiring means whatever the device has become.
  if (kind === "acknowledge" || kind === "retire") return { outcome: "done" };
  if (lifecycle === "retired") return refused("retired");
  if (current !== before) return refused("changed_meanwhile");
  if (kind === "resume" && after === "active" && current !== "suspended") return refused("not_suspended");
  const addsTag = (kind === "set_tag" || kind === "remove_tag") && current === null;
  if (addsTag && tags >= MOST_TAGS) return refused("too_many_tags");
  return { outcome: "done" };
}

function refused(why: JobRefusal): JobDecision {
  return { outcome: "refused", why };
}
