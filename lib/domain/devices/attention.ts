import type { PresenceState } from "@/lib/protocol/presence";

/** Which state needs a person first: the order of the device list and of the cells on the overview. */
export const ATTENTION_ORDER: readonly PresenceState[] = ["offline", "flapping", "silent", "unknown", "never_seen", "sleeping", "online"];
