/** Bounds of the wire, one table for guard, parsers, agent and documentation. Sizes in bytes, times in milliseconds. */
export const LIMITS = {
  /** Bytes taken from a connection before its CONNECT was accepted (reliability finding 6). */
  unauthenticatedBytes: 64 * 1024,
  /** Largest MQTT packet of an authenticated client. */
  packetBytes: 256 * 1024,
  connectTimeoutMs: 10_000,
  /** Ceiling for a client's keep-alive; 0 ("never") is refused (CVE-2020-13849). */
  keepAliveMaxSeconds: 1_200,
  /** Open sessions of one subject: one device, one person. */
  sessionsPerSubject: 32,
  topicBytes: 512,
  topicLevels: 12,
  subscriptionsPerClient: 64,
  /** A subscriber whose unsent bytes exceed this gets no further QoS 0 message (findings 4 and 5). */
  writeBufferBytes: 1024 * 1024,
  /** A subscriber that takes nothing off its connection for so long is cut. */
  stalledSubscriberMs: 20_000,
  /** Messages of one client on their way into the store; further ones wait in front of it. */
  messagesInFlight: 256,
  /** Bytes of one client that wait in front of the store; then its connection is not read any more. */
  heldBytes: 256 * 1024,
  /** Messages and bytes kept for one absent subscriber; past that the oldest go, counted. */
  queuedMessages: 1_000,
  queuedBytes: 1024 * 1024,
  telemetryBytes: 64 * 1024,
  /** A sealed payload: base64url makes a third more of it, and a header. */
  envelopeBytes: 88 * 1024,
  readingsPerMessage: 500,
  /** A command, and each answer to one, before it is sealed. */
  commandBytes: 8 * 1024,
  /** Measurements older or newer than this against the server's clock are refused as out of range. */
  telemetryMaxAgeMs: 35 * 24 * 3_600_000,
  telemetryMaxAheadMs: 24 * 3_600_000,
  /** A grant over a selection names each device. It must fit into `unauthenticatedBytes` with the rest of a CONNECT. */
  tokenBytes: 32 * 1024,
  clockToleranceSeconds: 60,
} as const;
