import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { AccessCheck } from "@/lib/domain/tokens/explanation";

const parsers = {
  holder: parseAsString,
  token: parseAsString,
  action: parseAsStringLiteral(["publish", "subscribe"]).withDefault("publish"),
  topic: parseAsString.withDefault(""),
  qos: parseAsStringLiteral(["0", "1", "2"]).withDefault("0"),
  retain: parseAsBoolean.withDefault(false),
};

/** The question of the simulator; the address is where it is kept, so that it can be sent to somebody. */
export function useSimulatorSearch() {
  return useQueryStates(parsers);
}

/** The simulator with this question filled in. */
export function simulatorAddress(tokenId: string, { action, topic, qos, retain }: AccessCheck): string {
  const query = new URLSearchParams({ token: tokenId, action, topic, qos: String(qos), ...(retain ? { retain: "true" } : {}) });
  return `/tokens/simulator?${query}`;
}
