import type { StateName } from "@/components/ui/state-shapes";
import type { StateStatus } from "@/lib/domain/device-state/compare-state";
import type { StateChangeView } from "@/lib/domain/device-state/state-view";
import { shownValue } from "@/lib/domain/device-state/state-view";

/** Shape and word of each status of a value. */
export const STATUS_MARKS: Record<StateStatus, { state: StateName; word: string }> = {
  in_sync: { state: "done", word: "In sync" },
  pending: { state: "pending", word: "Pending" },
  error: { state: "failed", word: "Not taken" },
  unreported: { state: "unknown", word: "Not reported" },
};

interface Change {
  path: string;
  from?: unknown;
  to?: unknown;
  error?: string | undefined;
}

/** `reportEverySeconds: 5 → 30`. */
export function changeWords({ path, from, to, error }: Change): string {
  if (error !== undefined) return `${path} is not taken: ${error}`;
  if (from === undefined) return `${path} is ${shownValue(to)}`;
  return to === undefined ? `${path} is gone, was ${shownValue(from)}` : `${path}: ${shownValue(from)} → ${shownValue(to)}`;
}

/** Who did it, by layer. */
export function sideWords({ side, by }: Pick<StateChangeView, "side" | "by">): string {
  if (side === "reported") return "reported by the device";
  return side === "profile" ? "desired by its profile" : `desired by ${by}`;
}
