import type { RejectReason } from "@/lib/protocol/telemetry";

const WORDS: Record<RejectReason, string> = {
  not_utf8: "Not text",
  not_json: "Not JSON",
  too_large: "Too large",
  too_many_readings: "Too many readings",
  empty: "Empty",
  bad_shape: "Wrong shape",
  bad_metric_name: "Bad metric name",
  not_finite: "Not a number",
  wrong_device: "Named for another device",
  time_out_of_range: "Time out of range",
  bad_sequence: "Bad sequence number",
  unknown_topic: "Unknown topic",
  unknown_device: "Unknown device",
  store_refused: "Refused by the store",
};

/** A reason as people read it; a code of a newer server as it is. */
export function rejectWords(reason: string): string {
  return reason in WORDS ? WORDS[reason as RejectReason] : reason.replaceAll("_", " ");
}
