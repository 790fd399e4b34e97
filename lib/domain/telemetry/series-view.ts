import { z } from "zod";

/** A range of one metric, bucketed so that no spike is averaged away: each point keeps min, mean and max. */
export const seriesInputSchema = z.object({
  deviceId: z.string().max(64),
  metric: z.string().max(64),
  /** ISO 8601, or relative to now: `now-6h`, `now-30m`, `now-7d`. */
  from: z.string().max(40).default("now-1h"),
  to: z.string().max(40).default("now"),
  points: z.coerce.number().int().min(2).max(2000).default(500),
});

export const seriesSchema = z.object({
  metric: z.string(),
  unit: z.string().nullable(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Width of a bucket; 0 when the points are the raw measurements. */
  bucketMs: z.number().int(),
  /** A pause between neighbours that is longer than this is a gap and is drawn as one. */
  gapMs: z.number().int(),
  /** Columns, oldest first, of equal length. `time` in milliseconds since 1970. */
  time: z.array(z.number()),
  min: z.array(z.number()),
  mean: z.array(z.number()),
  max: z.array(z.number()),
});
export type Series = z.output<typeof seriesSchema>;

export const rejectedMessageSchema = z.object({
  id: z.string(),
  deviceId: z.string().nullable(),
  deviceName: z.string().nullable(),
  subject: z.string(),
  topic: z.string(),
  reason: z.string(),
  detail: z.string(),
  count: z.number().int(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  sizeBytes: z.number().int(),
  /** First bytes of the newest payload, printable characters only; null for roles without `telemetry:read`. */
  sample: z.string().nullable(),
});
export type RejectedMessageView = z.output<typeof rejectedMessageSchema>;
