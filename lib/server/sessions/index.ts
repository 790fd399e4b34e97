/** Sessions: what the broker records of its connections. `read-broker.ts` is what others read of it. */
export { SessionRecorder } from "./session-recorder";
