import type { Scope } from "@/lib/protocol/access";
import { LIMITS } from "@/lib/protocol/limits";
import { scopesInForce } from "./scope-index";

/** Mosquitto 2's dynamic-security plugin: a grant as a role of it. The highest priority decides first. */
export interface MosquittoAcl {
  acltype: "publishClientSend" | "publishClientReceive" | "subscribePattern" | "subscribeLiteral";
  topic: string;
  priority: number;
  allow: boolean;
}

const PRIORITY = { guard: 30, deny: 20, allow: 10 } as const;

/**
 * The role of one grant. Mosquitto sees neither QoS nor retain flag: an allow is taken without its limits, a deny holds for all.
 * A deny does not refuse a subscription that reaches into the denied part, but nothing of it is delivered.
 */
export function mosquittoRole(scopes: readonly Scope[]): MosquittoAcl[] {
  const acls = scopesInForce(scopes).flatMap(({ scope: { permission, action, topic } }): MosquittoAcl[] => {
    const acl = (acltype: MosquittoAcl["acltype"]) => ({ acltype, topic, priority: PRIORITY[permission], allow: permission === "allow" });
    return [
      ...(action === "subscribe" ? [] : [acl("publishClientSend")]),
      ...(action === "publish" ? [] : [acl("subscribePattern"), acl("publishClientReceive")]),
    ];
  });
  return withoutTwins(acls);
}

/** The plugin takes one entry for a type and topic. Of two, the deny stays. */
function withoutTwins(acls: readonly MosquittoAcl[]): MosquittoAcl[] {
  const kept = new Map<string, MosquittoAcl>();
  for (const acl of acls) {
    const key = `${acl.acltype} ${acl.topic}`;
    if (kept.get(key)?.allow !== false) kept.set(key, acl);
  }
  return [...kept.values()];
}

/**
 * The role that every client of ours has beside its grant: what our grammar refuses and Mosquitto would take. Its own topics
 * (`#` covers them there), empty levels, and topics of too many levels.
 */
export function mosquittoGuardRole(): MosquittoAcl[] {
  const plus = (count: number) => "+/".repeat(count);
  const inside = Array.from({ length: LIMITS.topicLevels }, (_, level) => `${plus(level + 1)}/#`);
  const patterns = ["$SYS/#", "$CONTROL/#", "$queue/#", ...inside, `${plus(LIMITS.topicLevels)}+/#`];
  const denied = (acltype: MosquittoAcl["acltype"], topic: string): MosquittoAcl => ({ acltype, topic, priority: PRIORITY.guard, allow: false });
  return [
    ...["/#", ...patterns].flatMap((topic) => [denied("publishClientSend", topic), denied("publishClientReceive", topic)]),
    // As a pattern for subscriptions, 2.0 lets `/#` refuse `#` too: its two halves do not.
    denied("subscribeLiteral", "/#"),
    ...["/+/#", ...patterns].map((topic) => denied("subscribePattern", topic)),
  ];
}

/** Deny by default in everything; the plugin's own default lets everything be received. */
export const MOSQUITTO_DEFAULTS = [
  { acltype: "publishClientSend", allow: false },
  { acltype: "publishClientReceive", allow: false },
  { acltype: "subscribe", allow: false },
  { acltype: "unsubscribe", allow: true },
] as const;

export const MOSQUITTO_GUARD_ROLE = "sallyport-guard";
const ROLE_PREFIX = "sallyport-";
export const mosquittoRoleName = (tokenId: string): string => `${ROLE_PREFIX}${tokenId}`;
