/**
 * Hands on what comes, the first at once and the rest together, at most every so many milliseconds: a picture that is drawn ten
 * times a second is no better than one drawn twice, and takes the page from whoever works with it.
 */
export function coalesce<T>(everyMs: number, handOn: (items: readonly T[]) => void): { push(items: readonly T[]): void; stop(): void } {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    timer = setTimeout(flush, everyMs);
    handOn(items);
  };
  return {
    push(items) {
      waiting.push(...items);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
