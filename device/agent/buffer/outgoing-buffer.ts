import type { WaitingMessage } from "./record";

/** What the uplink sends from. The agent keeps it on disk, the simulator in memory. */
export interface OutgoingBuffer {
  /** Messages that may be sent now and come after `after` (0: from the oldest), oldest first, at most `limit`. */
  read(after: number, limit: number): readonly WaitingMessage[];
  /** The broker has answered PUBACK: the message is stored and leaves the buffer. Unknown numbers are passed over. */
  acknowledge(seq: number): void;
}
