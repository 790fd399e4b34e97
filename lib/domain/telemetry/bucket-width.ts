const STEPS_MS = [
  1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000,
] as const;

/** The smallest usual width of which no more than `points` are needed for the range. Milliseconds. */
export function bucketWidth(rangeMs: number, points: number): number {
  return STEPS_MS.find((step) => rangeMs / step <= points) ?? Math.ceil(rangeMs / points / 86_400_000) * 86_400_000;
}

/**
 * The longest pause between neighbouring points that is not yet a gap: two and a half reporting intervals, and, between the
 * starts of buckets, one bucket more. Milliseconds.
 */
export function gapWidth(reportingIntervalSeconds: number, bucketMs: number): number {
  return Math.round(reportingIntervalSeconds * 2_500 + bucketMs);
}
