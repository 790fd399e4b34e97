import { DISCONNECT_REASONS, type DisconnectReason, type PresenceCause } from "@/lib/protocol/presence";

/**
 * What the end of a session tells about the device. `unknown` where our side ended it, `sleeping` after a goodbye that the sleep
 * plan of its profile explains: then the device is expected back.
 */
export interface SessionEnd {
  state: "offline" | "unknown" | "sleeping";
  cause: PresenceCause;
}

const ENDS: Record<DisconnectReason, SessionEnd> = {
  CLIENT_INITIATED_DISCONNECT: { state: "offline", cause: "clean_disconnect" },
  MQTT_KEEP_ALIVE_TIMEOUT: { state: "offline", cause: "keep_alive_timeout" },
  CONNECTION_LOST: { state: "offline", cause: "connection_lost" },
  CONNECTION_CLOSED: { state: "offline", cause: "connection_closed" },
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

/** A reason outside the vocabulary (another broker's) counts as a lost connection. `sleeps`: the device's profile plans sleeps. */
export function sessionEnd(reason: string | null, sleeps = false): SessionEnd {
  // Where a broker does not say how a connection ended, a sleeper is given the benefit of the doubt until its plan is over.
  if (sleeps && (reason === "CLIENT_INITIATED_DISCONNECT" || reason === "CONNECTION_CLOSED")) return { state: "sleeping", cause: "planned_sleep" };
  const known = DISCONNECT_REASONS.find((word) => word === reason);
  return ENDS[known ?? "CONNECTION_LOST"];
}

/** Ends that neither the device nor our side wanted. */
const BROKE: ReadonlySet<PresenceCause> = new Set([
  "connection_lost",
  "connection_closed",
  "keep_alive_timeout",
  "protocol_error",
  "throttled",
  "access_refused",
]);
const ACCESS: ReadonlySet<PresenceCause> = new Set(["token_expired", "token_revoked"]);

/** `broke`: nobody wanted it · `goodbye` · `access`: its token ended · `taken_over` · `ours`: our side ended it, or died. */
export const END_KINDS = ["broke", "goodbye", "access", "taken_over", "ours"] as const;
export type EndKind = (typeof END_KINDS)[number];

/** What kind of end that was. Null: nobody told it, our broker died. */
export function endKind(reason: string | null): EndKind {
  if (reason === null) return "ours";
  const { cause } = sessionEnd(reason);
  if (BROKE.has(cause)) return "broke";
  if (ACCESS.has(cause)) return "access";
  return cause === "clean_disconnect" ? "goodbye" : cause === "taken_over" ? "taken_over" : "ours";
}
