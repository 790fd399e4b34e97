import { z } from "zod";

export const PRESENCE_STATES = ["online", "silent", "sleeping", "flapping", "unknown", "offline", "never_seen"] as const;
export type PresenceState = (typeof PRESENCE_STATES)[number];

/** Why a session ended: AWS IoT's lifecycle vocabulary (wire-formats W11), extended by what AWS cannot see. */
export const DISCONNECT_REASONS = [
  "CLIENT_INITIATED_DISCONNECT",
  "MQTT_KEEP_ALIVE_TIMEOUT",
  "CONNECTION_LOST",
  /** RabbitMQ: its event does not say how. */
  "CONNECTION_CLOSED",
  "DUPLICATE_CLIENTID",
  "CLIENT_ERROR",
  "FORBIDDEN_ACCESS",
  "TOKEN_EXPIRED",
  "TOKEN_REVOKED",
  "THROTTLED",
  "SERVER_INITIATED_DISCONNECT",
  "SERVER_ERROR",
] as const;
export type DisconnectReason = (typeof DISCONNECT_REASONS)[number];

/** Why presence is what it is. Each has its sentence in `lib/domain/presence/cause-text.ts`. */
export const PRESENCE_CAUSES = [
  "connected",
  "reporting",
  "late",
  "reconnecting",
  "settled",
  "planned_sleep",
  "overslept",
  "clean_disconnect",
  "keep_alive_timeout",
  "connection_lost",
  "connection_closed",
  "taken_over",
  "protocol_error",
  "access_refused",
  "token_expired",
  "token_revoked",
  "throttled",
  "server_disconnect",
  "broker_restarted",
  "not_back_after_broker_restart",
  "never_connected",
] as const;
export type PresenceCause = (typeof PRESENCE_CAUSES)[number];

/** Payload of the retained `presence` topic. Times are ISO 8601. */
export const presenceMessageSchema = z.object({
  device: z.string(),
  state: z.enum(PRESENCE_STATES),
  cause: z.enum(PRESENCE_CAUSES),
  since: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().nullable(),
  /** Rises with every change of this device: a message with a lower one is old. */
  version: z.number().int(),
});
export type PresenceMessage = z.output<typeof presenceMessageSchema>;
