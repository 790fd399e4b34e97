import type { StateName } from "@/components/ui/state-shapes";
import type { KeyState } from "@/lib/domain/encryption/key-state";
import type { KeyOverview, Laggard } from "@/lib/domain/encryption/key-view";
import type { EncryptionPolicy } from "@/lib/domain/encryption/policy";

export const KEY_STATE_MARKS: Record<KeyState, { state: StateName; word: string }> = {
  next: { state: "waiting", word: "Next" },
  active: { state: "done", word: "Active" },
  grace: { state: "pending", word: "Grace" },
  retired: { state: "archived", word: "Retired" },
  destroyed: { state: "archived", word: "Destroyed" },
};

export const POLICY_WORDS: Record<EncryptionPolicy, string> = {
  off: "Off",
  optional: "Optional: also in the open",
  required: "Required: in the open is refused",
};

export const WHY_WORDS: Record<Laggard["why"], string> = {
  never_connected: "Has never connected",
  offline: "Offline; it gets the key when it is back",
  not_delivered: "Not delivered yet",
  not_acknowledged: "Delivered, and not acknowledged",
  not_used: "Has the key, and has sent nothing with it yet",
  public_key_changed: "Shows another public key; somebody has to accept it",
};

const plural = (count: number, one: string, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** The page's answer: who is not yet where they should be, or that nobody is left. */
export function keysAnswer({ devices, behind, withoutKey }: KeyOverview): string {
  if (devices === 0) return "No device encrypts";
  if (behind === 0 && withoutKey === 0)
    return devices === 1 ? "The one device uses its newest key" : `All ${devices.toLocaleString("en")} devices use their newest key`;
  const parts = [
    ...(behind > 0 ? [`${plural(behind, "device")} ${behind === 1 ? "does" : "do"} not use ${behind === 1 ? "its" : "their"} newest key yet`] : []),
    ...(withoutKey > 0 ? [`${plural(withoutKey, behind > 0 ? "other" : "device")} ${withoutKey === 1 ? "has" : "have"} no key`] : []),
  ];
  return parts.join(", ");
}
