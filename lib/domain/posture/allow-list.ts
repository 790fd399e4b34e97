import ipaddr from "ipaddr.js";
import { z } from "zod";
import { hostOf } from "./sockets";

/** `tcp/22`, `udp/5353`. */
const listenerSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(tcp|udp)\/([1-9]\d{0,4})$/, "Write it as tcp/22 or udp/5353.")
  .refine((text) => Number(text.split("/")[1]) <= 65_535, "Ports end at 65535.");

/** `192.0.2.10`, `192.0.2.10:8883`, `192.0.2.0/24`, `[2001:db8::1]:443`, `2001:db8::/32`. A report has addresses, no names. */
const destinationSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(64)
  .refine((text) => rangeOf(text) !== undefined, "Write an address, an address with a port, or a network: 192.0.2.10:8883, 192.0.2.0/24.");

export const allowListSchema = z.object({
  listeners: z.array(listenerSchema).max(100),
  /** Empty: whatever the first report shows is taken as usual, and anything later is new. */
  destinations: z.array(destinationSchema).max(200),
});
export type AllowList = z.output<typeof allowListSchema>;

export function allowsDestination({ destinations }: Pick<AllowList, "destinations">, remote: string): boolean {
  const host = hostOf(remote);
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  const port = Number(/:(\d+)$/.exec(remote)?.[1]);
  return destinations.some((entry) => {
    const range = rangeOf(entry);
    if (range === undefined || (range.port !== undefined && range.port !== port)) return false;
    return address.kind() === range.network[0].kind() && address.match(range.network);
  });
}

interface Range {
  network: [ipaddr.IPv4 | ipaddr.IPv6, number];
  port: number | undefined;
}

function rangeOf(entry: string): Range | undefined {
  if (entry.includes("/")) return ipaddr.isValidCIDR(entry) ? { network: ipaddr.parseCIDR(entry), port: undefined } : undefined;
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(entry) ?? [];
  const host = bracketed ?? plain ?? entry;
  const port = digits === undefined ? undefined : Number(digits);
  // "4" is an address to some; here four parts are asked for.
  if (!ipaddr.isValid(host) || (!host.includes(":") && host.split(".").length !== 4) || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  const address = ipaddr.process(host);
  return { network: [address, address.kind() === "ipv4" ? 32 : 128], port };
}
