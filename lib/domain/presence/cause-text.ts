import type { PresenceCause, PresenceState } from "@/lib/protocol/presence";

const TEXTS: Record<PresenceCause, string> = {
  connected: "Connected.",
  reporting: "A message came in.",
  late: "Connected, but nothing heard for 2.5 of its reporting intervals.",
  reconnecting: "It comes and goes: its connection ended 4 times or more within 5 minutes.",
  settled: "It has stayed connected for 3 minutes after coming and going.",
  planned_sleep: "It said goodbye and sleeps, as its profile plans.",
  overslept: "It said goodbye to sleep, and did not come back when its plan was over.",
  clean_disconnect: "It said goodbye: the device closed its connection in order.",
  keep_alive_timeout: "Keep-alive timeout: nothing heard for 1.5 x its keep-alive.",
  connection_lost: "The connection broke without a goodbye.",
  connection_closed: "Its connection ended; RabbitMQ does not say how.",
  taken_over: "Another connection with the same identity took its place.",
  protocol_error: "It broke the MQTT protocol and was disconnected.",
  access_refused: "It tried what its token does not allow and was disconnected.",
  token_expired: "Its access token expired.",
  token_revoked: "Its access token was revoked.",
  throttled: "It sent more than its limits allow and was disconnected.",
  server_disconnect: "Our side ended the connection.",
  broker_restarted: "The broker restarted; the device has not reported back yet.",
  not_back_after_broker_restart: "It did not come back after the broker restarted.",
  never_connected: "It has never connected.",
};

/** One sentence for a person: why presence is what it is. The same in console, alerts and webhooks. */
export function causeText(cause: PresenceCause): string {
  return TEXTS[cause];
}

const STATE_WORDS: Record<PresenceState, string> = {
  online: "online",
  silent: "silent",
  sleeping: "sleeping",
  flapping: "flapping",
  unknown: "unknown",
  offline: "offline",
  never_seen: "never seen",
};

/** The state as people read it. */
export function stateText(state: PresenceState): string {
  return STATE_WORDS[state];
}
