/** A fleet in one process: for tests, benchmarks and the demo. */
export { checkLedger, isClean, type LedgerReport, type StoredReading } from "./check-ledger";
export type { SimulatorCommand, SimulatorConfig } from "./config";
export type { Instrument } from "./instruments";
export { parseLedger, readLedger } from "./ledger";
export { createReplay, type ReplayedDevice } from "./replay";
export { createSimulator, type Simulator, type SimulatorStatus } from "./simulator";
export { loadWeather } from "./weather";
