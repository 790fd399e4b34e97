"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import type { MapSite } from "@/lib/domain/fleets/site-map-view";
import { cluster, edges, fit, gridStep, type MapView, moved, type Place, project, type Size, scaleAt, scaleBar, zoomOf } from "./map-view";
import { SiteMarker } from "./site-marker";
import classes from "./sites-page.module.css";

type PlacedSite = MapSite & Place;

interface SiteMapProps {
  /** The most urgent first: of those that lie over each other the first gives the place. */
  sites: readonly PlacedSite[];
  /** Null: the whole fleet. */
  view: { latitude: number; longitude: number; zoom: number } | null;
  chosen: string | null;
  onView: (view: { latitude: number; longitude: number; zoom: number } | null) => void;
  onChoose: (siteId: string) => void;
}

/** Markers nearer than this would lie over each other: they are words in a row. */
const APART = { x: 76, y: 28 };
const KEY_STEP = 80;
const WORLD = { latitude: 20, longitude: 0, zoom: 0 };

/** Sites on an outline of the world that comes with the console: no tile, no other host. */
export function SiteMap({ sites, view, chosen, onView, onChoose }: SiteMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [drag, setDrag] = useState<{ x: number; y: number; dx: number; dy: number }>();
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const still: MapView = view ? { ...view, scale: scaleAt(view.zoom, size) } : fit(sites, size);
  const shown = drag ? moved(still, drag.dx, drag.dy) : still;
  const put = ({ latitude, longitude, ...rest }: MapView) =>
    onView({ latitude: rounded(latitude), longitude: rounded(longitude), zoom: rounded(zoomOf({ latitude, longitude, ...rest }, size)) });
  const zoomBy = (steps: number) => put({ ...shown, scale: scaleAt(zoomOf(shown, size) + steps, size) });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== frame.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => put(moved(shown, KEY_STEP, 0)),
      ArrowRight: () => put(moved(shown, -KEY_STEP, 0)),
      ArrowUp: () => put(moved(shown, 0, KEY_STEP)),
      ArrowDown: () => put(moved(shown, 0, -KEY_STEP)),
      "+": () => zoomBy(1),
      "-": () => zoomBy(-1),
      "0": () => onView(null),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]?.();
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("button")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ x: event.clientX, y: event.clientY, dx: 0, dy: 0 });
  };
  const onPointerMove = (event: PointerEvent) => setDrag((from) => from && { ...from, dx: event.clientX - from.x, dy: event.clientY - from.y });
  const onPointerUp = () => {
    if (drag && (drag.dx !== 0 || drag.dy !== 0)) put(shown);
    setDrag(undefined);
  };
  const points = sites.map((site) => ({ ...project(shown, size, site), site }));
  const clusters =
    size.width === 0 ? [] : cluster(points, APART).filter(({ x, y }) => x > -APART.x && y > -APART.y && x < size.width + APART.x && y < size.height + APART.y);
  return (
    <div className={classes.mapFrame}>
      <div
        ref={frame}
        className={classes.map}
        data-dragged={drag ? "" : undefined}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the map, plus and minus zoom
        tabIndex={0}
        aria-label="Map of sites. Arrow keys move it, plus and minus zoom, 0 shows the whole fleet. The same sites are in the list."
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(undefined)}
      >
        {size.width > 0 ? <Ground view={shown} size={size} /> : null}
        {clusters.map(({ x, y, members }) => (
          <SiteMarker
            key={members[0]?.site.id}
            x={x}
            y={y}
            sites={members.map(({ site }) => site)}
            chosen={members.some(({ site }) => site.id === chosen)}
            onOpen={(found) => (found.length === 1 && found[0] ? onChoose(found[0].id) : put(closer(found, size, shown)))}
          />
        ))}
      </div>
      <div className={classes.mapTools}>
        <Button size="xs" onClick={() => zoomBy(1)} aria-label="Zoom in">
          +
        </Button>
        <Button size="xs" onClick={() => zoomBy(-1)} aria-label="Zoom out">
          −
        </Button>
        <Button size="xs" onClick={() => onView(null)} disabled={view === null}>
          Whole fleet
        </Button>
        <Button size="xs" onClick={() => onView(WORLD)}>
          World
        </Button>
      </div>
    </div>
  );
}

const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

/** Sites of one cluster apart from each other, at least one step closer. */
function closer(sites: readonly Place[], size: Size, view: MapView): MapView {
  const fitted = fit(sites, size);
  return { ...fitted, scale: scaleAt(Math.max(zoomOf(fitted, size), zoomOf(view, size) + 1), size) };
}

/** Land, borders, a grid and how far it is. Land comes a moment later, and once. */
function Ground({ view, size }: { view: MapView; size: Size }) {
  const { data: land } = useQuery({ queryKey: ["land"], queryFn: async () => (await import("./land.json")).default.d, staleTime: Number.POSITIVE_INFINITY });
  const { west, east, south, north } = edges(view, size);
  const step = gridStep(view);
  const lines = [
    ...multiples(west, east, step).map((longitude) => `M${longitude * 100} ${-north * 100}V${-south * 100}`),
    ...multiples(south, north, step).map((latitude) => `M${west * 100} ${-latitude * 100}H${east * 100}`),
  ];
  const { kilometres, pixels } = scaleBar(view);
  return (
    <>
      <svg
        className={classes.ground}
        viewBox={`${west * 100} ${-north * 100} ${(east - west) * 100} ${(north - south) * 100}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {land ? <path className={classes.land} d={land} /> : null}
        <path className={classes.grid} d={lines.join("")} />
      </svg>
      <div className={classes.scale} style={{ width: pixels }}>
        {kilometres.toLocaleString("en")} km
      </div>
    </>
  );
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}
