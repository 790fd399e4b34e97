import { DISCONNECT_REASONS, type DisconnectReason, type PresenceCause } from "@/lib/protocol/presence";

/** What the end of a session tells about the device. `state` is `unknown` where our side ended it: the device is expected back. */
export interface SessionEnd {
  state: "offline" | "unknown";
  cause: PresenceCause;
}

const ENDS: Record<DisconnectReason, SessionEnd> = {
  CLIENT_INITIATED_DISCONNECT: { state: "offline", cause: "clean_disconnect" },
  MQTT_KEEP_ALIVE_TIMEOUT: { state: "offline", cause: "keep_alive_timeout" },
  CONNECTION_LOST: { state: "offline", cause: "connection_lost" },
  // Somebody with the same identity is connecting at this moment: its `connected` event decides, not this end.
  DUPLICATE_CLIENTID: { state: "unknown", cause: "taken_over" },
  CLIENT_ERROR: { state: "offline", cause: "protocol_error" },
  FORBIDDEN_ACCESS: { state: "offline", cause: "access_refused" },
  TOKEN_EXPIRED: { state: "offline", cause: "token_expired" },
  TOKEN_REVOKED: { state: "offline", cause: "token_revoked" },
  THROTTLED: { state: "offline", cause: "throttled" },
  SERVER_INITIATED_DISCONNECT: { state: "unknown", cause: "server_disconnect" },
  SERVER_ERROR: { state: "unknown", cause: "server_disconnect" },
};

/** A reason outside the vocabulary (another broker's) counts as a lost connection. */
export function sessionEnd(reason: string | null): SessionEnd {
  const known = DISCONNECT_REASONS.find((word) => word === reason);
  return ENDS[known ?? "CONNECTION_LOST"];
}
