import type { WallSite } from "@/lib/domain/fleets/wall-view";
import type { PresenceState } from "@/lib/protocol/presence";
import { cellPlace, cellStates, TILE_WIDTH, type Tile, type WallLayout } from "./wall-layout";
import { siteSummary } from "./wall-words";

export interface WallColors {
  text: string;
  quiet: string;
  focus: string;
  font: string;
  states: Record<PresenceState, string>;
}

export function readWallColors(element: Element): WallColors {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  const [ok, bad, warn, sleep, unknown] = ["--wall-ok", "--bad", "--warn", "--sleep", "--unknown"].map(of) as [string, string, string, string, string];
  return {
    text: of("--text"),
    quiet: of("--text-2"),
    focus: of("--accent"),
    font: style.fontFamily,
    states: { online: ok, silent: warn, sleeping: sleep, flapping: warn, unknown, offline: bad, never_seen: unknown },
  };
}

interface View {
  /** How far the wall is scrolled, and how much of it is seen. */
  top: number;
  height: number;
  /** Device pixels per px. */
  scale: number;
  /** The site that one stands on. */
  current: number | undefined;
}

interface TileImage {
  states: string;
  image: HTMLCanvasElement;
}

/** Tiles are painted for so long in one go; the rest follows in the next frame, so that the page answers meanwhile. */
const BUDGET_MS = 12;
const MOST_IMAGES = 400;

/** Draws the sites that are seen, each from an image that is painted anew only when one of its devices changed. */
export class WallPainter {
  readonly #images = new Map<string, TileImage>();

  constructor(private readonly colors: WallColors) {}

  /** False when not everything is drawn yet: draw again in the next frame. */
  draw(context: CanvasRenderingContext2D, layout: WallLayout, sites: readonly WallSite[], view: View): boolean {
    const until = performance.now() + BUDGET_MS;
    let complete = true;
    context.clearRect(-8, -8, context.canvas.width, context.canvas.height);
    for (const [index, tile] of layout.tiles.entries()) {
      const site = sites[index];
      const y = tile.y - view.top;
      if (!site || y + tile.height < 0 || y > view.height) continue;
      const known = this.#images.get(site.id ?? "");
      const fresh = known?.states === site.states ? known : performance.now() < until ? this.#paint(site, tile, view.scale) : undefined;
      complete &&= fresh !== undefined;
      const shown = fresh ?? known;
      if (shown) context.drawImage(shown.image, tile.x, y, TILE_WIDTH, tile.height);
      if (index === view.current) {
        context.strokeStyle = this.colors.focus;
        context.lineWidth = 2;
        context.strokeRect(tile.x - 3, y - 3, TILE_WIDTH + 4, tile.height + 5);
      }
    }
    return complete;
  }

  #paint(site: WallSite, tile: Tile, scale: number): TileImage {
    const image = document.createElement("canvas");
    [image.width, image.height] = [Math.ceil(TILE_WIDTH * scale), Math.ceil(tile.height * scale)];
    const context = image.getContext("2d");
    context?.scale(scale, scale);
    if (context) paintTile(context, site, tile, this.colors);
    const painted = { states: site.states, image };
    if (this.#images.size >= MOST_IMAGES) this.#images.delete(this.#images.keys().next().value ?? "");
    this.#images.set(site.id ?? "", painted);
    return painted;
  }
}

function paintTile(context: CanvasRenderingContext2D, site: WallSite, tile: Tile, colors: WallColors): void {
  const paths = new Map<PresenceState, Path2D>();
  for (const [cell, state] of cellStates(site, tile.each).entries()) {
    const { x, y } = cellPlace(cell);
    const path = paths.get(state) ?? new Path2D();
    paths.set(state, path);
    addCell(path, state, x, y);
  }
  context.textBaseline = "top";
  context.font = `600 12px ${colors.font}`;
  context.fillStyle = colors.text;
  context.fillText(fitting(context, site.name), 0, 0);
  context.font = `11px ${colors.font}`;
  context.fillStyle = colors.quiet;
  context.fillText(fitting(context, siteSummary(site)), 0, 16);
  for (const [state, path] of paths) {
    context.fillStyle = colors.states[state];
    context.fill(path, "evenodd");
  }
}

function fitting(context: CanvasRenderingContext2D, text: string): string {
  if (context.measureText(text).width <= TILE_WIDTH) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > TILE_WIDTH) length--;
  return `${text.slice(0, length)}…`;
}

const S = 5.4;

/** Shapes differ by state as those of the overview do, so that the wall can be read without colour. */
function addCell(path: Path2D, state: PresenceState, x: number, y: number): void {
  if (state === "silent") {
    path.moveTo(x, y);
    path.lineTo(x + S, y);
    path.lineTo(x, y + S);
    path.closePath();
  } else if (state === "flapping") {
    path.moveTo(x, y);
    path.lineTo(x + S, y);
    path.lineTo(x, y + S);
    path.lineTo(x + S, y + S);
    path.closePath();
  } else if (state === "sleeping") path.rect(x, y + S * 0.55, S, S * 0.45);
  else if (state === "unknown") {
    path.rect(x, y, S, S);
    path.rect(x + 1.2, y + 1.2, S - 2.4, S - 2.4);
  } else if (state === "never_seen") path.rect(x + 1.6, y + 1.6, 2.2, 2.2);
  else path.rect(x, y, S, S);
}
