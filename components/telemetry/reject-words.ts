import type { RejectReason } from "@/lib/protocol/telemetry";

const WORDS: Record<RejectReason, string> = {
  not_utf8: "Not text",
  not_json: "Not JSON",
  not_cbor: "Not CBOR",
  too_large: "Too large",
  too_many_readings: "Too many readings",
  empty: "Empty",
  bad_shape: "Wrong shape",
  bad_metric_name: "Bad metric name",
  not_finite: "Not a number",
  wrong_device: "Of another device",
  time_out_of_range: "Time out of range",
  bad_sequence: "Bad sequence number",
  unknown_topic: "Unknown topic",
  unknown_device: "Unknown device",
  store_refused: "Refused by the store",
  plaintext_not_allowed: "Not encrypted",
  public_key_changed: "Another public key",
  unknown_command: "Answer to no command",
  malformed_envelope: "Broken envelope",
  algorithm_not_allowed: "Algorithm not allowed",
  bad_nonce: "Bad nonce length",
  cut_tag: "Cut tag",
  wrong_topic: "Sealed for another topic",
  unknown_key: "Unknown key",
  retired_key: "Retired key",
  replayed_sequence: "Came before",
  tampered: "Changed on the way",
};

/** A reason as people read it; a code of a newer server as it is. */
export function rejectWords(reason: string): string {
  return reason in WORDS ? WORDS[reason as RejectReason] : reason.replaceAll("_", " ");
}
