import { DEVICE_FIELDS } from "../devices/device-fields";
import type { Catalogue, Field } from "../query/field-catalogue";

const OWN = [
  { name: "id", type: "id", help: "the token's whole id", example: "id:tok_7k2mq0x4t9w1c3hv" },
  { name: "kind", type: "enum", values: ["device", "console", "service"], help: "what its holder is", example: "kind:service" },
  { name: "holder", type: "text", help: "name or id of the device, person or service it is for", example: "holder:pump-*" },
  { name: "label", type: "text", help: "what the grantor called it", example: "label:support*" },
  { name: "batch", type: "id", absent: "none", help: "the grant of many that it came from", example: "batch:bat_7k2mq0x4t9w1c3hv" },
  { name: "kid", type: "id", absent: "none", help: "the signing key that signed it", example: "kid:sig_7k2mq0x4t9w1c3hv" },
  { name: "state", type: "enum", values: ["live", "expired", "revoked"], help: "still accepted or not", example: "state:live" },
  { name: "issued", type: "time", help: "when it was granted", example: "issued>90d" },
  { name: "expires", type: "time", ahead: true, help: "when it ends; <30d is within the next 30 days", example: "expires<30d" },
  { name: "used", type: "time", absent: "never", help: "when somebody last connected with it", example: "used:never" },
  { name: "connected", type: "boolean", help: "a session is open with it", example: "connected:true" },
  { name: "scopes", type: "number", help: "how many scopes it has", example: "scopes>10" },
] as const satisfies readonly Field[];

export type OwnTokenField = (typeof OWN)[number]["name"];
const own: ReadonlySet<string> = new Set(OWN.map(({ name }) => name));
export const isOwnTokenField = (name: string): name is OwnTokenField => own.has(name);

/** What a query about tokens may name: its own fields, and every other one of the devices that hold tokens. */
export const TOKEN_CATALOGUE: Catalogue = {
  fields: [...OWN, ...DEVICE_FIELDS.filter(({ name }) => !own.has(name))],
  textFields: "holder, label or id",
};
