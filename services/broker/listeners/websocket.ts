import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import ipaddr from "ipaddr.js";
import { WebSocketServer } from "ws";
import { LIMITS } from "@/lib/protocol/limits";
import type { Caller } from "../reception";
import { type AddressLimit, addressOf } from "./address-limit";
import { WebSocketStream } from "./websocket-stream";

const MQTT_PATH = "/mqtt";
const SUB_PROTOCOL = "mqtt";

export interface WebSocketOptions {
  receive: (caller: Caller) => void;
  limit: AddressLimit;
  /** Where the console is opened: pages from there may connect. */
  publicUrl: string;
  /** A reverse proxy in front says who the caller is. */
  trustProxy: boolean;
  onRefused(address: string, reason: string): void;
}

/** MQTT over WebSocket at `/mqtt` (section 6 of the standard): for browsers, and for devices behind HTTP-only networks. */
export function webSocketServer({ receive, limit, publicUrl, trustProxy, onRefused }: WebSocketOptions): Server {
  const upgrades = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: LIMITS.packetBytes,
    handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
  });
  const server = createServer(
    { headersTimeout: LIMITS.connectTimeoutMs, requestTimeout: LIMITS.connectTimeoutMs, maxHeaderSize: 8 * 1024 },
    (request, response) => {
      const found = request.url?.split("?")[0] === MQTT_PATH;
      response.writeHead(found ? 426 : 404, { "content-type": "text/plain", connection: "close", ...(found ? { upgrade: "websocket" } : {}) });
      response.end(found ? "MQTT over WebSocket only.\n" : "Not found.\n");
    },
  );
  server.on("connection", (socket) => void limit.admit(socket));
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const problem = upgradeProblem(request, publicUrl);
    if (problem) {
      onRefused(addressOf(request.socket), problem.reason);
      socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      receive({ socket: new WebSocketStream(webSocket, socket), transport: "ws", address: callerAddress(request, trustProxy) });
    });
  });
  return server;
}

/** ASVS V4.4: the right place, the right sub-protocol, and no page of somebody else. */
function upgradeProblem(request: Pick<IncomingMessage, "url" | "headers">, publicUrl: string): { status: number; reason: string } | undefined {
  const { url = "", headers } = request;
  if (url.split("?")[0] !== MQTT_PATH) return { status: 404, reason: "ws_wrong_path" };
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  if (!offered.includes(SUB_PROTOCOL)) return { status: 400, reason: "ws_no_mqtt_protocol" };
  const { origin } = headers;
  return origin === undefined || originAllowed(origin, publicUrl) ? undefined : { status: 403, reason: "ws_foreign_origin" };
}

/** The console's own origin; where that is on this machine, any of its names and ports. */
function originAllowed(origin: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const [given, own] = [new URL(origin), new URL(publicUrl)];
  return given.origin === own.origin || (isLoopback(own.hostname) && isLoopback(given.hostname) && given.protocol === own.protocol);
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return bare === "localhost" || (ipaddr.isValid(bare) && ipaddr.process(bare).range() === "loopback");
}

function callerAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(request.headers["x-forwarded-for"] ?? "")
        .split(",")
        .at(-1)
        ?.trim()
    : "";
  return forwarded && ipaddr.isValid(forwarded) ? forwarded : addressOf(request.socket);
}
