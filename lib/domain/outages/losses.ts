import type { PresenceCause } from "@/lib/protocol/presence";

/**
 * Causes of `offline` that may have a reason shared with others. A token taken back is an operator's doing and has its receipt;
 * an identity taken over concerns that identity. A clean goodbye counts unless the device is used to say one.
 */
export const LOSS_CAUSES: readonly PresenceCause[] = [
  "clean_disconnect",
  "overslept",
  "keep_alive_timeout",
  "connection_lost",
  "connection_closed",
  "protocol_error",
  "access_refused",
  "token_expired",
  "throttled",
  "server_disconnect",
  "not_back_after_broker_restart",
];
