import ipaddr from "ipaddr.js";

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parse("2000::");

/**
 * May a webhook go to this address? Only to public unicast ones: not loopback, private, link-local, carrier-grade NAT,
 * documentation, multicast, nor IPv6 forms that carry an IPv4 address inside. What is not known to be public is not.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || (parsed instanceof ipaddr.IPv6 && parsed.match(GLOBAL_UNICAST_V6, 3));
}
