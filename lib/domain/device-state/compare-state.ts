import { leavesOf, type StateDocument } from "@/lib/protocol/state";
import { sameValue } from "./merge-patch";

/** From bad to good: the status of a device is the worst of its values. */
export const STATE_STATUSES = ["error", "pending", "unreported", "in_sync"] as const;
export type StateStatus = (typeof STATE_STATUSES)[number];

/** Status of each desired value, and since when (ISO 8601) it has this one. */
export type PathStates = Readonly<Record<string, { status: StateStatus; since: string }>>;

interface Compared {
  desired: StateDocument;
  reported: StateDocument;
  /** What the device says of values that it does not take, by path. */
  errors: Readonly<Record<string, string>>;
  /** The device has worked through the newest version. */
  isApplied: boolean;
}

/**
 * Compares value by value. Reported as desired: `in_sync`. Else with an error of the device: `error`; not worked through yet, or reported
 * otherwise: `pending`; worked through and nothing said of it: `unreported`. What nobody desires has no status.
 */
export function compareState({ desired, reported, errors, isApplied }: Compared, before: PathStates, at: Date): PathStates {
  const said = leavesOf(reported);
  const statusOf = (path: string, wanted: Parameters<typeof sameValue>[0]): StateStatus => {
    if (sameValue(wanted, said.get(path))) return "in_sync";
    if (errors[path] !== undefined) return "error";
    return isApplied && !said.has(path) ? "unreported" : "pending";
  };
  return Object.fromEntries(
    [...leavesOf(desired)].map(([path, wanted]) => {
      const status = statusOf(path, wanted);
      const known = Object.hasOwn(before, path) ? before[path] : undefined;
      return [path, known?.status === status ? known : { status, since: at.toISOString() }];
    }),
  );
}

/** The worst; null: nothing is desired. */
export function worstStatus(paths: PathStates): StateStatus | null {
  const found = new Set(Object.values(paths).map(({ status }) => status));
  return STATE_STATUSES.find((status) => found.has(status)) ?? null;
}
