/** Outages: the worker's step, and what the doors may call. */
export { acknowledgeOutage } from "./acknowledge-outage";
export { getOutage } from "./get-outage";
export { judgeOutages, type OutageMemo } from "./judge-outages";
export { listOutageDevices } from "./list-outage-devices";
export { listOutages } from "./list-outages";
export { queueOutageDeliveries } from "./queue-outage-deliveries";
