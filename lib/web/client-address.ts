import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/**
 * Route handlers see no socket: Next tells the peer's address in `X-Forwarded-For`, but leaves one that the client sent
 * in place. Without a trusted proxy the header is therefore replaced by the socket's address before anything reads it.
 */
export function trustOnlyTheSocket(): void {
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    request.headers["x-forwarded-for"] = request.socket.remoteAddress ?? "unknown";
  });
}

/** The peer's address. A trusted proxy appends what it saw: the last entry is the one it vouches for. */
export function clientAddress(headers: Headers): string {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return last?.slice(0, 64) || "unknown";
}
