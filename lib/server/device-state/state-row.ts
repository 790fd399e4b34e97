import type { PathStates } from "@/lib/domain/device-state/compare-state";
import type { StateFacts } from "@/lib/domain/device-state/fold-state";
import type { StateDocument } from "@/lib/protocol/state";
import type { DeviceStateModel } from "@/prisma/generated/models";

/** A row, as Prisma or `select` with STATE_COLUMNS answers it. Its documents were checked before they were written. */
export type StateRow = Pick<
  DeviceStateModel,
  "version" | "appliedVersion" | "overrides" | "desired" | "reported" | "reportedAt" | "errors" | "paths" | "status" | "statusSince"
>;

/** Columns of a StateRow, of a table named `s`. */
export const STATE_COLUMNS = `s.version, s.applied_version as "appliedVersion", s.overrides, s.desired, s.reported, s.reported_at as "reportedAt", s.errors, s.paths, s.status, s.status_since as "statusSince"`;

export function factsOf(row: StateRow): StateFacts {
  return {
    ...row,
    overrides: row.overrides as StateDocument,
    desired: row.desired as StateDocument,
    reported: row.reported as StateDocument,
    errors: row.errors as Record<string, string>,
    paths: row.paths as PathStates,
  };
}
