import { z } from "zod";

/**
 * A topic segment or client id of ours: no dots (RabbitMQ maps `/` to `.`), no wildcards, no control characters, and
 * nothing that could enter a pattern (CVE-2026-44838).
 */
const SEGMENT_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
export const segmentSchema = z.string().regex(SEGMENT_PATTERN, "1 to 64 of A-Z a-z 0-9 _ -");

/** Metric names: SenML's alphabet (RFC 8428 section 4.5.1) without `:`, which ends our base name. */
export const METRIC_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/;

export function isSegment(value: string): boolean {
  return SEGMENT_PATTERN.test(value);
}
