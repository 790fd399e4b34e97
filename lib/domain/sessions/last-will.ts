import type { DisconnectReason } from "@/lib/protocol/presence";

/** Reasons after which a will is not published: its authority is gone, or the server itself goes (finding 10). */
export const NO_WILL_AFTER: ReadonlySet<DisconnectReason> = new Set<DisconnectReason>([
  "TOKEN_REVOKED",
  "TOKEN_EXPIRED",
  "FORBIDDEN_ACCESS",
  "SERVER_INITIATED_DISCONNECT",
]);

/** Whether the will of a session that ended so was published; a goodbye discards it (MQTT-3.1.2-10). Null: our broker died with it. */
export function willWasPublished(reason: string | null): boolean {
  return reason !== null && reason !== "CLIENT_INITIATED_DISCONNECT" && ![...NO_WILL_AFTER].some((word) => word === reason);
}
