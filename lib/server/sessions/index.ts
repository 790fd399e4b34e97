/** Sessions: what the broker records, and what others may read of it. */
export { type BrokerState, readBroker } from "./read-broker";
export type { SessionOpening } from "./session-batch";
export { SessionRecorder } from "./session-recorder";
