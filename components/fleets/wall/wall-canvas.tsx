"use client";

import { useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { WallSite } from "@/lib/domain/fleets/wall-view";
import { readWallColors, WallPainter } from "./draw-wall";
import { hitWall, layoutWall } from "./wall-layout";
import classes from "./wall-page.module.css";
import { siteCounts } from "./wall-words";

interface WallCanvasProps {
  sites: readonly WallSite[];
  current: number | undefined;
  onStand: (index: number) => void;
  /** A site was chosen; with `index` one of its devices. */
  onOpen: (site: WallSite, index: number | undefined) => void;
}

/** All sites with all devices on one canvas that is as big as the screen: only what is seen is drawn. One stop of the keyboard. */
export function WallCanvas({ sites, current, onStand, onOpen }: WallCanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const [size, setSize] = useState({ width: 0, height: 0 });
  const sizes = sites.map(({ states }) => states.length).join();
  const layout = useMemo(() => layoutWall(sizes === "" ? [] : sizes.split(",").map(Number), size.width), [sizes, size.width]);
  const draw = useRef(() => {});
  const painter = useRef<{ scheme: string; painter: WallPainter }>(null);
  const frameAsked = useRef(0);
  const askFrame = useCallback(() => {
    if (frameAsked.current === 0) frameAsked.current = requestAnimationFrame(() => draw.current());
  }, []);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth - 8, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const [element, context] = [frame.current, canvas.current?.getContext("2d")];
    if (!element || !context || size.width <= 0) return;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [Math.round((size.width + 8) * scale), Math.round(size.height * scale)];
    // Setting either empties the canvas, and costs.
    if (context.canvas.width !== width || context.canvas.height !== height) [context.canvas.width, context.canvas.height] = [width, height];
    context.setTransform(scale, 0, 0, scale, 4 * scale, 4 * scale);
    if (painter.current?.scheme !== scheme) painter.current = { scheme, painter: new WallPainter(readWallColors(element)) };
    const wall = painter.current.painter;
    draw.current = () => {
      frameAsked.current = 0;
      const complete = wall.draw(context, layout, sites, { top: element.scrollTop, height: size.height, scale, current });
      if (!complete) askFrame();
    };
    askFrame();
  }, [layout, sites, size, scheme, current, askFrame]);
  useEffect(() => () => cancelAnimationFrame(frameAsked.current), []);

  const stand = (index: number) => {
    const [tile, element] = [layout.tiles[index], frame.current];
    if (!tile || !element) return;
    if (tile.y < element.scrollTop || tile.y + tile.height > element.scrollTop + size.height - 8)
      element.scrollTop = tile.y < element.scrollTop ? tile.y : tile.y + tile.height - size.height + 16;
    onStand(index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = current ?? -1;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && sites[here]) onOpen(sites[here], undefined);
    const next = siteAfterKey(event.key, here, layout.perRow, sites.length);
    if (next === undefined) return;
    event.preventDefault();
    stand(next);
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const element = frame.current;
    const box = canvas.current?.getBoundingClientRect();
    const hit = element && box && hitWall(layout, event.clientX - box.left - 4, event.clientY - box.top - 4 + element.scrollTop);
    const [site, tile] = [sites[hit?.site ?? -1], layout.tiles[hit?.site ?? -1]];
    if (!hit || !site || !tile) return;
    onStand(hit.site);
    onOpen(site, hit.cell !== undefined && tile.each === 1 ? hit.cell : undefined);
  };
  const stood = current === undefined ? undefined : sites[current];
  return (
    <div
      ref={frame}
      className={classes.frame}
      style={{ height: `min(${layout.height + 12}px, 62dvh)` }}
      role="slider"
      tabIndex={0}
      aria-label="Sites"
      aria-valuemin={sites.length > 0 ? 1 : 0}
      aria-valuemax={sites.length}
      aria-valuenow={current === undefined ? 0 : current + 1}
      aria-valuetext={stood ? `${stood.name}, ${siteCounts(stood)}` : `${sites.length} sites; arrow keys walk along them, Enter opens one`}
      onScroll={askFrame}
      onKeyDown={onKeyDown}
      onPointerUp={onPointerUp}
    >
      <canvas ref={canvas} className={classes.canvas} style={{ height: size.height }} />
      <div style={{ height: Math.max(0, layout.height + 8 - size.height) }} />
    </div>
  );
}

function siteAfterKey(key: string, here: number, perRow: number, count: number): number | undefined {
  if (count === 0) return undefined;
  const moves: Record<string, number> = {
    ArrowRight: here + 1,
    ArrowLeft: here - 1,
    ArrowDown: here < 0 ? 0 : here + perRow,
    ArrowUp: here - perRow,
    Home: 0,
    End: count - 1,
  };
  const next = moves[key];
  return next === undefined ? undefined : Math.min(Math.max(next, 0), count - 1);
}
