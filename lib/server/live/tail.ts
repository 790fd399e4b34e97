/** New rows of a table that only grows, each once. */
export interface Tail<T> {
  next(): Promise<T[]>;
}

/**
 * Follows ids upwards from where the table ends now. Ids become visible out of order when transactions overlap: the last
 * `overlap` ids are read again each time and told once.
 */
export function createTail<T extends { id: string }>(options: {
  overlap: bigint;
  newestId: () => Promise<bigint>;
  /** Rows with a greater id, in the order of their ids. */
  after: (id: bigint) => Promise<T[]>;
}): Tail<T> {
  const { overlap, newestId, after } = options;
  let cursor: bigint | undefined;
  const seen = new Set<string>();
  const remember = (rows: readonly T[]) => {
    for (const { id } of rows) {
      seen.add(id);
      if (cursor === undefined || BigInt(id) > cursor) cursor = BigInt(id);
    }
    for (const id of seen) if (cursor !== undefined && BigInt(id) <= cursor - overlap) seen.delete(id);
  };
  return {
    async next() {
      if (cursor === undefined) {
        const newest = await newestId();
        const before = await after(newest - overlap);
        cursor = newest;
        remember(before);
        return [];
      }
      const fresh = (await after(cursor - overlap)).filter(({ id }) => !seen.has(id));
      remember(fresh);
      return fresh;
    },
  };
}
