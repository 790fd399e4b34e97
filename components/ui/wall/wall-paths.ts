/** Cells of a wall as one SVG path per state: a site of 400 devices costs a handful of nodes, not 400. */
export const PITCH = 7;
const SIZE = 5.4;

export interface WallPath {
  state: string;
  d: string;
}

/** Place of cell `index` in a wall that is `columns` wide, in px from the top left corner. */
export function cellPlace(index: number, columns: number): { x: number; y: number } {
  return { x: (index % columns) * PITCH, y: Math.floor(index / columns) * PITCH };
}

/** Which cell lies under a point of the wall; undefined in the last row's empty end. */
export function cellAt(x: number, y: number, columns: number, count: number): number | undefined {
  const column = Math.floor(x / PITCH);
  if (column < 0 || column >= columns || y < 0) return undefined;
  const index = Math.floor(y / PITCH) * columns + column;
  return index < count ? index : undefined;
}

export function wallHeight(count: number, columns: number): number {
  return Math.max(1, Math.ceil(count / columns)) * PITCH;
}

/** Shapes differ by state, so that the wall can be read without colour: see `drawCell`. */
export function wallPaths(states: readonly string[], columns: number): WallPath[] {
  const parts = new Map<string, string[]>();
  for (const [index, state] of states.entries()) {
    const { x, y } = cellPlace(index, columns);
    const known = parts.get(state);
    const cell = drawCell(state, x, y);
    if (known) known.push(cell);
    else parts.set(state, [cell]);
  }
  return [...parts].map(([state, cells]) => ({ state, d: cells.join("") }));
}

function drawCell(state: string, x: number, y: number): string {
  const s = SIZE;
  switch (state) {
    case "silent": // half: a triangle
      return `M${x} ${y}h${s}l${-s} ${s}z`;
    case "sleeping": // low: a bar at the bottom
      return `M${x} ${y + s * 0.55}h${s}v${s * 0.45}h${-s}z`;
    case "flapping": // an hourglass
      return `M${x} ${y}h${s}l${-s} ${s}h${s}z`;
    case "unknown": // an outline
      return `M${x} ${y}h${s}v${s}h${-s}zm1.2 1.2v${s - 2.4}h${s - 2.4}v${2.4 - s}z`;
    case "never_seen": // a dot
      return `M${x + 1.6} ${y + 1.6}h2.2v2.2h-2.2z`;
    default:
      return `M${x} ${y}h${s}v${s}h${-s}z`;
  }
}
