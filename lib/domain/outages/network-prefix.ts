/**
 * The network of an address, as text with its length: of IPv4 the first `v4` bits, of IPv6 the first `v6`; whole bytes only for
 * IPv4, whole groups for IPv6. Undefined for what is no address.
 */
export function networkPrefix(address: string, { v4, v6 }: { v4: 16 | 24; v6: 32 | 48 }): string | undefined {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, "")
    .replace(/%.*$/, "");
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) {
    const bytes = plain.split(".").slice(0, v4 / 8);
    return `${[...bytes, ...Array<string>(4 - bytes.length).fill("0")].join(".")}/${v4}`;
  }
  const groups = ipv6Groups(plain);
  return groups && `${groups.slice(0, v6 / 16).join(":")}::/${v6}`;
}

function ipv6Groups(text: string): string[] | undefined {
  if (!/^[0-9a-f:]+$/.test(text) || !text.includes(":")) return undefined;
  const [head = "", tail, ...rest] = text.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = !tail ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (rest.length > 0 || missing < 0 || (tail === undefined && missing !== 0)) return undefined;
  const groups = [...left, ...Array<string>(missing).fill("0"), ...right];
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group)) ? groups.map((group) => group.replace(/^0+(?=.)/, "")) : undefined;
}
