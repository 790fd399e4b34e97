/** The outbox: what transactions asked to have done outside the database. */
export type { OutboxRow } from "./claim-outbox";
export { drainOutbox, type OutboxHandler, type OutboxHandlers } from "./drain-outbox";
