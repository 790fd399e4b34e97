/** The SDK for programs that run on a device. */
export type { Agent, AgentEvents, AgentLog, AgentOptions, AgentStatus, ReportedValue } from "./agent";
export { createAgent } from "./create-agent";
