/** What brokers did not allow: recording, listing, explaining it. */
export { getRefusal } from "./get-refusal";
export { listRefusals } from "./list-refusals";
