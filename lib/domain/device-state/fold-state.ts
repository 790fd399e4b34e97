import { leavesOf, MAX_STATE_VERSION, type StateDocument, type StateReport, type StateValue } from "@/lib/protocol/state";
import { compareState, type PathStates, type StateStatus, worstStatus } from "./compare-state";
import { mergePatch, sameValue, valueChanges } from "./merge-patch";

/** All that is known of one device's state. */
export interface StateFacts {
  version: number;
  appliedVersion: number;
  overrides: StateDocument;
  desired: StateDocument;
  reported: StateDocument;
  reportedAt: Date | null;
  errors: Readonly<Record<string, string>>;
  paths: PathStates;
  status: StateStatus | null;
  statusSince: Date;
}

/** A line of the history: one value. `error`: the device does not take it, and says why. */
export interface StateChange {
  path: string;
  from?: StateValue;
  to?: StateValue;
  error?: string;
}

export interface Folded {
  state: StateFacts;
  changes: StateChange[];
  /** The device lacks the newest version: it is to be sent now. */
  isDue: boolean;
}

/** The profile's defaults with the device's own state laid over them; a new version when that changes what is desired. */
export function foldLayers(before: StateFacts, layers: { defaults: StateDocument; overrides: StateDocument }, at: Date): Folded {
  const desired = mergePatch(layers.defaults, layers.overrides);
  const changes = valueChanges(before.desired, desired);
  const changed = new Set(changes.map(({ path }) => path));
  const state: StateFacts = {
    ...before,
    overrides: layers.overrides,
    desired,
    version: changes.length > 0 ? Math.min(before.version + 1, MAX_STATE_VERSION) : before.version,
    // What the device said of the value before says nothing of this one.
    errors: Object.fromEntries(Object.entries(before.errors).filter(([path]) => !changed.has(path))),
  };
  return { state: compared(state, before, at), changes, isDue: changes.length > 0 };
}

/** What the device says. Of what nobody desires no history is kept: devices report what they like, as often as they like. */
export function foldReport(before: StateFacts, report: StateReport, at: Date): Folded {
  const { version: said, errors } = report;
  const reported = report.reported ?? (report.patch ? mergePatch(before.reported, report.patch) : before.reported);
  // It has worked through a version that we do not know: our database is older than it, and counts on from there.
  const version = said !== undefined && said > before.version ? Math.min(said + 1, MAX_STATE_VERSION) : before.version;
  const state: StateFacts = {
    ...before,
    version,
    appliedVersion: said ?? before.appliedVersion,
    reported,
    reportedAt: at,
    errors: errors ?? (said === undefined || said < version ? before.errors : {}),
  };
  return { state: compared(state, before, at), changes: reportedChanges(before, state), isDue: said !== undefined && said < version };
}

function compared(state: StateFacts, before: StateFacts, at: Date): StateFacts {
  const { desired, reported, errors, appliedVersion, version } = state;
  const paths = compareState({ desired, reported, errors, isApplied: appliedVersion >= version }, before.paths, at);
  const status = worstStatus(paths);
  return { ...state, paths, status, statusSince: status === before.status ? before.statusSince : at };
}

function reportedChanges(before: StateFacts, { desired, reported, errors }: StateFacts): StateChange[] {
  const wanted = leavesOf(desired);
  const values = valueChanges(before.reported, reported).filter(({ path }) => wanted.has(path));
  const failed = Object.entries(errors).filter(([path, text]) => wanted.has(path) && before.errors[path] !== text);
  return [...values, ...failed.map(([path, error]) => ({ path, error }))];
}

/** Where each desired value comes from. */
export function sourcesOf({ overrides, desired }: Pick<StateFacts, "overrides" | "desired">): Map<string, "device" | "profile"> {
  const own = leavesOf(overrides);
  return new Map([...leavesOf(desired)].map(([path, value]) => [path, own.has(path) && sameValue(own.get(path), value) ? "device" : "profile"]));
}
