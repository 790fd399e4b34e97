/** Sequence numbers below the highest one seen that are still told apart. */
export const REPLAY_WINDOW = 1_024;
const WORDS = REPLAY_WINDOW / 32;

/**
 * Which sequence numbers came already, per device and key version: the highest, and one bit for each of the window below it
 * (a ring, as RFC 6479 has it). Values are never changed in place.
 */
export interface ReplayWindow {
  readonly highest: number;
  readonly seen: Uint32Array;
}

export const EMPTY_WINDOW: ReplayWindow = { highest: -1, seen: new Uint32Array(WORDS) };

/** The window after this number; undefined when it came already, or is too old to tell. */
export function acceptSequence({ highest, seen }: ReplayWindow, seq: number): ReplayWindow | undefined {
  if (seq <= highest - REPLAY_WINDOW) return undefined;
  const word = (seq % REPLAY_WINDOW) >>> 5;
  const bit = 1 << (seq & 31);
  if (seq <= highest && ((seen[word] ?? 0) & bit) !== 0) return undefined;
  const next = seen.slice();
  // What lies between is not seen yet; its bits are left over from numbers one window lower.
  if (seq - highest >= REPLAY_WINDOW) next.fill(0);
  else for (let skipped = highest + 1; skipped < seq; skipped++) clear(next, skipped);
  next[word] = (next[word] ?? 0) | bit;
  return { highest: Math.max(highest, seq), seen: next };
}

function clear(seen: Uint32Array, seq: number): void {
  const word = (seq % REPLAY_WINDOW) >>> 5;
  seen[word] = (seen[word] ?? 0) & ~(1 << (seq & 31));
}

/** For storing: the bits as bytes, little endian. */
export function windowBytes({ seen }: ReplayWindow): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(WORDS * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of seen.entries()) view.setUint32(index * 4, word, true);
  return bytes;
}

/** `bytes` as windowBytes wrote them. */
export function readWindow(highest: number, bytes: Uint8Array): ReplayWindow {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { highest, seen: Uint32Array.from({ length: WORDS }, (_, index) => (bytes.length >= index * 4 + 4 ? view.getUint32(index * 4, true) : 0)) };
}
