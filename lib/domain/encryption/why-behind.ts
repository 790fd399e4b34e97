import type { Laggard } from "./key-view";

interface Facts {
  /** The device's presence. */
  state: string;
  hasOffer: boolean;
  announced: boolean;
  received: boolean;
}

/** Why a device does not use its newest key: the first that holds, from what only a person can mend to what time mends. */
export function whyBehind({ state, hasOffer, announced, received }: Facts): Laggard["why"] {
  if (hasOffer) return "public_key_changed";
  if (state === "never_seen") return "never_connected";
  if (state === "offline") return "offline";
  if (received) return "not_used";
  return announced ? "not_acknowledged" : "not_delivered";
}
