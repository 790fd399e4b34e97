import type { LookupFunction } from "node:net";
import { Agent, request } from "undici";
import { type Resolve, type ResolvedAddress, resolveTarget } from "./resolve-target";

const TIMEOUT_MS = 10_000;
const BODY_BYTES = 1024;

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookAnswer {
  status: number;
  /** The beginning of the answer, for the delivery log. */
  excerpt: string;
}

export interface PostOptions {
  allowedHosts: readonly string[];
  resolve?: Resolve;
  signal?: AbortSignal;
}

/**
 * POSTs once: to the very address that was checked, no redirects, 10 s for everything, at most 1 KB of the answer read.
 * Throws when there was no answer (TargetRefused: not even tried).
 */
export async function postWebhook({ url: text, headers, body }: WebhookRequest, options: PostOptions): Promise<WebhookAnswer> {
  const signal = options.signal ? AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]) : AbortSignal.timeout(TIMEOUT_MS);
  const { url, addresses } = await abortable(resolveTarget(text, options), signal);
  const agent = new Agent({
    connect: { lookup: pinnedLookup(addresses), timeout: TIMEOUT_MS },
    // A chain of reserved hosts or proxies has no place here: one connection, one request, nothing kept.
    pipelining: 0,
    maxHeaderSize: 16 * 1024,
  });
  try {
    const response = await request(url, { dispatcher: agent, method: "POST", headers, body, signal, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
    return { status: response.statusCode, excerpt: await firstBytes(response.body) };
  } finally {
    await agent.destroy();
  }
}

/** The resolver that the socket asks: it knows only what was checked, whatever the name's owner answers by now. */
function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else if (first) callback(null, first.address, first.family);
    else callback(new Error("no address"), "", 4);
  };
}

async function firstBytes(body: AsyncIterable<Uint8Array> & { destroy(): unknown; on(event: "error", listener: () => void): unknown }): Promise<string> {
  body.on("error", () => {}); // Destroying it half-read is our own doing.
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= BODY_BYTES) break;
    }
  } catch {
    // The status is what counts; a body that breaks off is as good as a short one.
  }
  body.destroy();
  return Buffer.concat(chunks)
    .subarray(0, BODY_BYTES)
    .toString("utf8")
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, " ");
}

/** Resolving a name cannot be cancelled, but waiting for it can. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {});
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
  ]);
}
