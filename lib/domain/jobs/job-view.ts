import { z } from "zod";
import { JOB_MOST_CHOSEN, jobActionSchema } from "./job-action";
import { JOB_STATES } from "./job-state";

const time = z.iso.datetime();
const count = z.number().int();

export const JOB_OUTCOMES = ["queued", "done", "unchanged", "refused", "failed", "cancelled"] as const;

/** Those that match a query now (docs/query.md), or these. */
const targetSchema = z
  .object({
    query: z.string().trim().min(1).max(2_000).optional(),
    deviceIds: z.array(z.string().max(64)).min(1).max(JOB_MOST_CHOSEN).optional(),
  })
  .refine(({ query, deviceIds }) => (query === undefined) !== (deviceIds === undefined), "Name a query or devices, one of them.");
export type JobTarget = z.input<typeof targetSchema>;

export const previewJobInputSchema = z.object({ action: jobActionSchema, target: targetSchema });

/** How many devices a job would meet, and what it would do to them, as they are now. */
export const jobPreviewSchema = z.object({
  devices: count,
  change: count,
  unchanged: count,
  /** Why, and how many. */
  refused: z.array(z.object({ why: z.string(), devices: count })),
  /** A second admin has to approve it. */
  needsApproval: z.boolean(),
});
export type JobPreview = z.output<typeof jobPreviewSchema>;

export const startJobInputSchema = previewJobInputSchema.extend({
  /** The count that the caller has seen in the preview. */
  expectedDevices: z.number().int().min(1),
  reason: z.string().trim().max(200).default(""),
});
export const startedJobSchema = z.object({ jobId: z.string(), state: z.enum(JOB_STATES), devices: count });

export const jobSchema = z.object({
  id: z.string(),
  action: jobActionSchema,
  /** A query, `N chosen`, or the job that it takes back. */
  target: z.object({ query: z.string().optional(), devices: count.optional(), undoOf: z.string().optional() }),
  reason: z.string(),
  state: z.enum(JOB_STATES),
  createdAt: time,
  createdBy: z.string(),
  /** Who approved, rejected or cancelled it. */
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  finishedAt: time.nullable(),
  devices: count,
  counts: z.object({ queued: count, done: count, unchanged: count, refused: count, failed: count, cancelled: count }),
});
export type JobView = z.output<typeof jobSchema>;

export const jobDetailSchema = jobSchema.extend({
  /** What was there before can be put back, and was not yet. */
  canUndo: z.boolean(),
  /** The job that took it back. */
  undoneBy: z.string().nullable(),
  /** Asked for by whoever asks now: somebody else has to approve it. */
  own: z.boolean(),
});
export type JobDetail = z.output<typeof jobDetailSchema>;

export const jobDeviceSchema = z.object({
  deviceId: z.string(),
  name: z.string(),
  outcome: z.enum(JOB_OUTCOMES),
  /** Of one that was refused or failed, for people. */
  why: z.string().nullable(),
  /** Values for people: a tag's value, names of sites and profiles, a lifecycle, a count of alerts. Null: none. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  at: time.nullable(),
});
export type JobDeviceView = z.output<typeof jobDeviceSchema>;

export const jobIdInputSchema = z.object({ jobId: z.string().max(64) });
/** `open`: what did not come about first: failed, refused, still queued. */
export const JOB_DEVICE_FILTERS = [...JOB_OUTCOMES, "open"] as const;
export type JobDeviceFilter = (typeof JOB_DEVICE_FILTERS)[number];
export const jobDevicesInputSchema = jobIdInputSchema.extend({ outcome: z.enum(JOB_DEVICE_FILTERS).optional() });
