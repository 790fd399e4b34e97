import type { DisconnectReason } from "@/lib/protocol/presence";
import type { Will } from "./mqtt/connect-packet";

export type Transport = "tcp" | "tls" | "ws";

export interface ConnectRequest {
  clientId: string;
  clean: boolean;
  keepAliveSeconds: number;
  will: Will | undefined;
  username: string | undefined;
  password: Buffer | undefined;
  transport: Transport;
  address: string;
}

/** CONNACK return codes of MQTT 3.1.1, table 3.1. When none fits, the connection is closed without one (MQTT-3.2.2-6). */
export const RETURN_CODES = { badVersion: 1, badClientId: 2, unavailable: 3, badCredentials: 4, notAuthorized: 5 } as const;

export interface Refusal {
  refused: (typeof RETURN_CODES)[keyof typeof RETURN_CODES] | "close";
  /** For counters and logs. */
  reason: string;
}

export interface Message {
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/** One admitted client: what it may do, and who hears of what it did. */
export interface Session {
  /** As admitted: the client's own, or an assigned one. Two sessions with the same one take each other over. */
  readonly clientId: string;
  /** Whose stored session it is: `forget` removes what is kept for an owner. */
  readonly owner: string;
  /** Highest QoS of its subscriptions. */
  readonly maxQos: 0 | 1 | 2;
  readonly maxSubscriptions: number;
  /** Milliseconds since 1970; the session ends then. */
  readonly endsAt: number | undefined;
  /** What it was let in with was taken back since. */
  mustEnd(): boolean;
  mayPublish(message: Message): boolean;
  maySubscribe(filter: string, qos: 0 | 1 | 2): boolean;
  mayReceive(topic: string): boolean;
  /** Takes a permitted message. `done` once it may be acknowledged; "keep" passes it on to subscribers, "drop" does not. */
  accept(message: Message, done: (outcome: "keep" | "drop") => void): void;
  /** It published what it may not. MQTT 3.1.1 has no answer for that: the connection is closed. */
  publishRefused(message: Message): void;
  /** It was answered 0x80 for this filter. `full`: it has as many subscriptions as one session may have. */
  subscribeRefused(filter: string, qos: 0 | 1 | 2, full: boolean): void;
  /** It came with the client id of a session that is open: that one is cut. */
  takesOver(older: Session): void;
  /** Its CONNACK went out. */
  opened(): void;
  /** Called once, also when it never opened. */
  ended(reason: DisconnectReason): void;
}

/** Who is let in, and with what rights. Synchronous: nothing on the way of a CONNECT waits. */
export interface Policy {
  connect(request: ConnectRequest): Session | Refusal;
  /** Somebody who said CONNECT was turned away before that question: hears of it, decides nothing. */
  turnedAway(request: ConnectRequest, reason: "empty_client_id"): void;
}
