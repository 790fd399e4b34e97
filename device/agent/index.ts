/** The SDK for programs that run on a device. */
export type { Agent, AgentEvents, AgentLog, AgentOptions, AgentStatus, ReportedValue } from "./agent";
export { type CommandCall, type CommandHandler, type CommandHandlers, CommandRefused } from "./commands/command-runner";
export { createAgent } from "./create-agent";
export type { ApplyState, StateAnswer } from "./state/state-keeper";
