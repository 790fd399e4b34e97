/** Presence: the worker's steps. */
export { handleBrokerRuns } from "./handle-broker-runs";
export { handleSessionEvents } from "./handle-session-events";
export { clearPresence, publishPresence, republishPresence } from "./publish-presence";
export { sweepPresence } from "./sweep-presence";
export { createWatch } from "./watch";
