/** What the worker tells consoles. */
export { seekLeadership } from "./leadership";
export { createLivePublisher } from "./live-publisher";
export type { Publisher } from "./publisher";
