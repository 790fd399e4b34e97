import { ATTENTION_ORDER } from "@/lib/domain/devices/attention";
import { stateOfLetter, type WallSite } from "@/lib/domain/fleets/wall-view";
import type { PresenceState } from "@/lib/protocol/presence";

const CELL = 7;
const COLUMNS = 20;
/** A site with more devices has cells that stand for several. */
const MOST_CELLS = 400;
const LABEL = 34;
const GAP = 14;
export const TILE_WIDTH = COLUMNS * CELL;

export interface Tile {
  x: number;
  y: number;
  height: number;
  /** Devices that one cell stands for. */
  each: number;
  cells: number;
}

export interface WallLayout {
  tiles: Tile[];
  height: number;
  perRow: number;
}

/** Where each site stands on a wall that is `width` px wide. Rows are as high as their biggest site. */
export function layoutWall(sizes: readonly number[], width: number): WallLayout {
  const perRow = Math.max(1, Math.floor((width + GAP) / (TILE_WIDTH + GAP)));
  const tiles: Tile[] = [];
  let y = 0;
  for (let start = 0; start < sizes.length; start += perRow) {
    let rowHeight = 0;
    for (const [column, size] of sizes.slice(start, start + perRow).entries()) {
      const each = Math.max(1, Math.ceil(size / MOST_CELLS));
      const cells = Math.ceil(size / each);
      const height = LABEL + Math.max(1, Math.ceil(cells / COLUMNS)) * CELL;
      tiles.push({ x: column * (TILE_WIDTH + GAP), y, height, each, cells });
      rowHeight = Math.max(rowHeight, height);
    }
    y += rowHeight + GAP;
  }
  return { tiles, height: Math.max(0, y - GAP), perRow };
}

/** Place of a cell within its tile. */
export function cellPlace(index: number): { x: number; y: number } {
  return { x: (index % COLUMNS) * CELL, y: LABEL + Math.floor(index / COLUMNS) * CELL };
}

/** What lies under a point of the wall: a site by its place in the list, and the cell. */
export function hitWall({ tiles }: WallLayout, x: number, y: number): { site: number; cell: number | undefined } | undefined {
  const site = tiles.findIndex((tile) => x >= tile.x && x < tile.x + TILE_WIDTH && y >= tile.y && y < tile.y + tile.height);
  const tile = tiles[site];
  if (!tile) return undefined;
  const cell = Math.floor((y - tile.y - LABEL) / CELL) * COLUMNS + Math.floor((x - tile.x) / CELL);
  return { site, cell: y - tile.y >= LABEL && cell >= 0 && cell < tile.cells ? cell : undefined };
}

const RANK = new Map(ATTENTION_ORDER.map((state, index) => [state, index]));
const rankOf = (state: PresenceState) => RANK.get(state) ?? RANK.size;

/** The state that each cell shows: of several devices the worst. */
export function cellStates({ states }: Pick<WallSite, "states">, each: number): PresenceState[] {
  const shown: PresenceState[] = [];
  for (let start = 0; start < states.length; start += each) {
    let worst = stateOfLetter(states.charAt(start));
    for (let i = start + 1; i < Math.min(start + each, states.length); i++) {
      const state = stateOfLetter(states.charAt(i));
      if (rankOf(state) < rankOf(worst)) worst = state;
    }
    shown.push(worst);
  }
  return shown;
}
