/** Since when the worker has been looking without interruption. Absence of news counts only from then on. */
export interface Watch {
  /** Says that a look at the database succeeded now; answers since when looks have not been missing. */
  looked(now: Date): Date;
}

/** A gap between two looks that is longer than this starts the watch anew (worker or Postgres was away). */
const GAP_MS = 5_000;

/** One per worker process: its start is the first look. */
export function createWatch(start: Date): Watch {
  let since = start;
  let last = start;
  return {
    looked(now) {
      if (now.getTime() - last.getTime() > GAP_MS) since = now;
      last = now;
      return since;
    },
  };
}
