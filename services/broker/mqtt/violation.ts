/** What a client did against MQTT 3.1.1, or against our bounds. Stable codes: counters and logs name them. */
export type ViolationCode =
  | "malformed_length"
  | "packet_too_large"
  | "bad_flags"
  | "bad_packet_type"
  | "bad_packet"
  | "bad_text"
  | "bad_topic"
  | "bad_filter"
  | "no_connect"
  | "second_connect";

/** The connection is closed at once, without a packet (MQTT 3.1.1 section 4.8). */
export class ProtocolViolation extends Error {
  readonly code: ViolationCode;

  constructor(code: ViolationCode, message: string) {
    super(message);
    this.name = "ProtocolViolation";
    this.code = code;
  }
}
