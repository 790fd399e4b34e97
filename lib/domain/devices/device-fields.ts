import { PRESENCE_STATES } from "@/lib/protocol/presence";
import { STATE_STATUSES } from "../device-state/compare-state";
import { PROOF_STATES } from "../posture/proof";
import type { Catalogue, Field } from "../query/field-catalogue";
import { LIFECYCLES } from "./device-view";

/** What a query about devices may name. docs/query.md and the help of the query box are made of these lines. */
export const DEVICE_FIELDS = [
  { name: "state", type: "enum", values: PRESENCE_STATES, help: "presence now", example: "state:offline,silent" },
  { name: "name", type: "text", help: "the device's whole name", example: "name:pump-*" },
  { name: "id", type: "id", help: "the device's whole id", example: "id:dev_7k2mq0x4t9w1c3hv" },
  { name: "site", type: "text", absent: "none", help: "name or id of its site", example: 'site:"Berlin 3"' },
  { name: "profile", type: "text", help: "name of its profile", example: "profile:pump" },
  { name: "gateway", type: "text", absent: "none", help: "name or id of the device that it reaches us through", example: "gateway:gw-7" },
  { name: "firmware", type: "version", absent: "none", help: "version, compared by its numbers", example: "firmware<2.1" },
  { name: "tag", type: "tag", help: "has this tag, or this value of it", example: "tag.line:cold" },
  { name: "metric", type: "metric", help: "newest value of a metric, or reports it at all", example: "metric.temperature>80" },
  { name: "lifecycle", type: "enum", values: LIFECYCLES, help: "retired devices are found only with this", example: "lifecycle:retired" },
  { name: "last_seen", type: "time", absent: "never", help: "when it was last heard", example: "last_seen>2h" },
  { name: "since", type: "time", help: "how long its state has held", example: "since<30m" },
  { name: "created", type: "time", help: "when it was added", example: "created>2026-11-01" },
  { name: "connected", type: "boolean", help: "an MQTT session is open", example: "connected:false" },
  { name: "listening", type: "boolean", help: "by its last posture report something outside of loopback listens", example: "listening:true" },
  {
    name: "desired",
    type: "enum",
    values: STATE_STATUSES,
    help: "does it report the state that is desired of it",
    example: "desired:pending,error",
  },
  { name: "posture", type: "enum", values: PROOF_STATES, help: "has it proved zero inbound ports in the last 24 hours", example: "posture:listening,stale" },
] as const satisfies readonly Field[];

export const DEVICE_CATALOGUE: Catalogue = { fields: DEVICE_FIELDS, textFields: "name, id or site" };
