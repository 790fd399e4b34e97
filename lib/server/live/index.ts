/** What the worker tells consoles. */
export { beginFeed, type Feed } from "./feed";
export { seekLeadership } from "./leadership";
export { createLivePublisher } from "./live-publisher";
export { type Publisher, publishAll } from "./publisher";
