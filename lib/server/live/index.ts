/** What the worker tells consoles. */
export { type Leadership, seekLeadership } from "./leadership";
export { createLivePublisher, type LivePublisher } from "./live-publisher";
export { type Publisher, publishAll } from "./publisher";
