/** For those who refuse: a broker, and the hooks of other brokers. */
export { holderOf, type RefusalEvent } from "./refusal-event";
export { RefusalRecorder } from "./refusal-recorder";
