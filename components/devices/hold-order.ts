/** What a list shows while its order is held, and how much of the fresh order waits. */
export interface HeldRows<Row> {
  rows: Row[];
  /** Rows that would move, come or go. 0: the order shown is the fresh one. */
  waiting: number;
}

/**
 * Rows never move under the pointer: those on screen keep their places, with fresh contents; what is gone stays until the
 * order is let go (its last contents), what is new waits. Rows loaded beyond the last shown one are appended.
 */
export function holdOrder<Row extends { id: string }>(shown: readonly Row[], fresh: readonly Row[]): HeldRows<Row> {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(shown.map(({ id }) => id));
  const kept = shown.map((row) => byId.get(row.id) ?? row);
  const later = fresh.length > shown.length ? fresh.slice(shown.length).filter(({ id }) => !known.has(id)) : [];
  const rows = [...kept, ...later];
  const moved = rows.filter((row, index) => fresh[index]?.id !== row.id).length;
  const missing = fresh.filter(({ id }) => !rows.some((row) => row.id === id)).length;
  return { rows, waiting: Math.max(moved, missing) };
}
