import type { PresenceState } from "@/lib/protocol/presence";

export interface Segment {
  state: PresenceState;
  from: number;
  to: number;
}

export interface PresenceDay {
  start: number;
  end: number;
  segments: Segment[];
  /** Share of the known time with a connection, 0 to 1; undefined when nothing is known of the day. */
  connected: number | undefined;
}

interface Change {
  at: number;
  state: PresenceState;
}

const CONNECTED: readonly PresenceState[] = ["online", "silent", "flapping"];
/** Says nothing about the connection: not known, or planned. */
const ASIDE: readonly PresenceState[] = ["unknown", "never_seen", "sleeping"];

/** Stretches of one state each, oldest first, from changes in any order, up to `now`. Nothing is said of the time before the first. */
export function segmentsOf(changes: readonly Change[], now: number): Segment[] {
  const sorted = [...changes].sort((a, b) => a.at - b.at);
  const segments: Segment[] = [];
  for (const [index, { at, state }] of sorted.entries()) {
    const to = sorted[index + 1]?.at ?? now;
    const last = segments.at(-1);
    if (last && last.state === state && last.to === at) last.to = to;
    else if (to > at) segments.push({ state, from: at, to });
  }
  return segments;
}

/** The stretches cut at midnights. `starts`: beginnings of the days, oldest first, and the end of the last one. */
export function presenceDays(segments: readonly Segment[], starts: readonly number[]): PresenceDay[] {
  return starts.slice(0, -1).map((start, index) => {
    const end = starts[index + 1] ?? start;
    const cut = segments
      .filter((segment) => segment.to > start && segment.from < end)
      .map((segment) => ({ ...segment, from: Math.max(segment.from, start), to: Math.min(segment.to, end) }));
    return { start, end, segments: cut, connected: connectedShare(cut) };
  });
}

export function connectedShare(segments: readonly Segment[]): number | undefined {
  let known = 0;
  let connected = 0;
  for (const { state, from, to } of segments) {
    if (ASIDE.includes(state)) continue;
    known += to - from;
    if (CONNECTED.includes(state)) connected += to - from;
  }
  return known === 0 ? undefined : connected / known;
}

/** Never 100 % when there was a break, never 0 % when there was a connection. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const rounded = Math.round(percent * 10) / 10;
  if (rounded === 100 && share < 1) return "99.9 %";
  if (rounded === 0 && share > 0) return "0.1 %";
  return `${rounded} %`;
}
