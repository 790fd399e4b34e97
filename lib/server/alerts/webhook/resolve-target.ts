import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPublicAddress } from "./public-address";

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Names to addresses, as the operating system does it (hosts file included). */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

const systemResolve: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** The target is not one that webhooks may go to. Its text is for people and names no address of ours. */
export class TargetRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TargetRefused";
  }
}

export interface WebhookTarget {
  url: URL;
  /** What was checked, and the only thing that may be dialled. */
  addresses: ResolvedAddress[];
}

/**
 * Resolves and checks where a webhook goes, before any connection. WHATWG URL parsing has already turned odd spellings of
 * IPv4 (decimal, octal, hexadecimal, short) into plain ones. One private address among several refuses them all: nobody may
 * choose by luck. `allowedHosts` (WEBHOOK_ALLOWED_HOSTS) exempts the hosts that the operator of the platform has named.
 */
export async function resolveTarget(text: string, options: { allowedHosts: readonly string[]; resolve?: Resolve }): Promise<WebhookTarget> {
  const url = parseWebhookUrl(text);
  const hostname = bareHost(url);
  const addresses = await addressesOf(hostname, options.resolve ?? systemResolve);
  const allowed = options.allowedHosts.some((host) => host.toLowerCase().replace(/^\[|\]$/g, "") === hostname);
  if (!allowed && !addresses.every(({ address }) => isPublicAddress(address)))
    throw new TargetRefused(`${url.host} is not a public address. WEBHOOK_ALLOWED_HOSTS can name exceptions.`);
  return { url, addresses };
}

/** For the form: what is wrong with a URL can be said before anything is resolved. Throws TargetRefused. */
function parseWebhookUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TargetRefused("Not a URL.");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new TargetRefused("Only http and https addresses.");
  if (url.username || url.password) throw new TargetRefused("No user name or password in the address; the signature proves who sends.");
  return url;
}

/** Without the brackets of IPv6 and without the dot that ends an absolute name. */
function bareHost(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

async function addressesOf(hostname: string, resolve: Resolve): Promise<ResolvedAddress[]> {
  const version = isIP(hostname);
  if (version !== 0) return [{ address: hostname, family: version === 6 ? 6 : 4 }];
  let addresses: ResolvedAddress[];
  try {
    addresses = await resolve(hostname);
  } catch (cause) {
    throw new Error(`The name ${hostname} does not resolve.`, { cause });
  }
  if (addresses.length === 0) throw new Error(`The name ${hostname} does not resolve.`);
  return addresses;
}
