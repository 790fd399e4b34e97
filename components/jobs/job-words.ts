import type { Share } from "@/components/ui/share-bar";
import type { StateName } from "@/components/ui/state-shapes";
import type { JobState } from "@/lib/domain/jobs/job-state";
import type { JobDeviceView, JobView } from "@/lib/domain/jobs/job-view";
import { jobActionWords } from "@/lib/domain/jobs/job-words";

export const JOB_MARKS: Record<JobState, { state: StateName; word: string }> = {
  waiting: { state: "pending", word: "Waits for a second admin" },
  running: { state: "updating", word: "Running" },
  finished: { state: "done", word: "Finished" },
  cancelled: { state: "archived", word: "Cancelled" },
  rejected: { state: "failed", word: "Rejected" },
};

export const OUTCOME_MARKS: Record<JobDeviceView["outcome"], { state: StateName; word: string }> = {
  queued: { state: "waiting", word: "Queued" },
  done: { state: "done", word: "Done" },
  unchanged: { state: "never_seen", word: "Was so already" },
  refused: { state: "pending", word: "Left as it is" },
  failed: { state: "failed", word: "Failed" },
  cancelled: { state: "archived", word: "Cancelled" },
};

export function jobShares({ done, unchanged, refused, failed, queued, cancelled }: JobView["counts"]): Share[] {
  return [
    { key: "done", label: "Done", count: done, tone: "ok" },
    { key: "unchanged", label: "Were so already", count: unchanged, tone: "update" },
    { key: "refused", label: "Left as they are", count: refused, tone: "sleep" },
    { key: "failed", label: "Failed", count: failed, tone: "bad" },
    { key: "queued", label: "Queued", count: queued, tone: "unknown" },
    { key: "cancelled", label: "Cancelled", count: cancelled, tone: "unknown" },
  ];
}

/** "Set tag line to cold": of an undo, that it takes this back. */
export function jobTitle({ action, target }: Pick<JobView, "action" | "target">): string {
  return target.undoOf === undefined ? jobActionWords(action) : `Undo: ${jobActionWords(action).replace(/^./, (letter) => letter.toLowerCase())}`;
}

const number = (count: number) => count.toLocaleString("en");
export const deviceCount = (count: number) => `${number(count)} ${count === 1 ? "device" : "devices"}`;

/** How far it is, for people. */
export function jobNow({ state, devices, counts: { queued, done, unchanged, refused, failed, cancelled }, decidedBy }: JobView): string {
  if (state === "waiting") return `${deviceCount(devices)}: nothing is done before another admin approves it.`;
  if (state === "rejected") return `Rejected by ${decidedBy ?? "somebody"}: nothing was done.`;
  if (state === "running") return `${number(devices - queued)} of ${deviceCount(devices)} looked at, ${number(done)} changed so far.`;
  const left = refused + failed;
  const parts = [
    `${number(done)} of ${deviceCount(devices)} changed`,
    ...(unchanged > 0 ? [`${number(unchanged)} ${unchanged === 1 ? "was" : "were"} so already`] : []),
    ...(left > 0 ? [`${number(left)} ${left === 1 ? "was" : "were"} left as they are`.replace("was left as they are", "was left as it is")] : []),
    ...(state === "cancelled" ? [`cancelled by ${decidedBy ?? "somebody"} before ${number(cancelled)}`] : []),
  ];
  return `${parts.join(", ")}.`;
}

/** Which devices were meant. */
export function jobTarget({ target, devices }: Pick<JobView, "target" | "devices">): string {
  if (target.query !== undefined) return target.query;
  return target.undoOf === undefined ? `${deviceCount(devices)}, chosen in the list` : "what the job before had changed";
}

/** A value of a device's field; null: it had none. */
export function valueWords(action: JobView["action"], value: string | null): string {
  if (action.kind === "acknowledge") return value === "0" ? "none" : `${value ?? "0"} open`;
  if (value === null) return action.kind === "move" ? "no site" : "no such tag";
  return value === "" ? "set, without a value" : value;
}
