import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { LIMITS } from "@/lib/protocol/limits";
import type { Caller } from "../reception";
import { type AddressLimit, addressOf } from "./address-limit";
import { readTls, type TlsPaths } from "./tls-context";

type Receive = (caller: Caller) => void;

/** Finds hosts that vanished without a word; what MQTT's keep-alive is for, where a client has a long one. */
const PROBE = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** Plain MQTT. Plain text: on loopback unless asked for. */
export function tcpServer(receive: Receive, limit: AddressLimit): Server {
  return createServer(PROBE, (socket) => {
    if (limit.admit(socket)) receive({ socket, transport: "tcp", address: addressOf(socket) });
  });
}

/** MQTT over TLS 1.2 or newer. The connection limit holds before the handshake. */
export function tlsServer(receive: Receive, limit: AddressLimit, paths: TlsPaths): TlsServer {
  const mutual = paths.clientCa !== undefined;
  const server = createTlsServer({ ...PROBE, ...readTls(paths), requestCert: mutual, rejectUnauthorized: mutual, handshakeTimeout: LIMITS.connectTimeoutMs });
  server.on("connection", (socket: Socket) => void limit.admit(socket));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("secureConnection", (socket: TLSSocket) => receive({ socket, transport: "tls", address: addressOf(socket) }));
  return server;
}
