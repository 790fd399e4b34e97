/** Degrees, WGS 84. */
export interface Place {
  latitude: number;
  longitude: number;
}

/** Equirectangular, true to scale at its middle. `scale`: pixels per degree of longitude. */
export interface MapView extends Place {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Coastlines are known at 1:110,000,000: closer than this they say nothing any more. */
const MOST_ZOOM = 7;
const LEAST_SPAN = 6;
const AIR = 1.3;

/** How much longer a degree of latitude is drawn than one of longitude. */
const stretch = (latitude: number) => 1 / Math.max(0.2, Math.cos((latitude * Math.PI) / 180));

export function project(view: MapView, { width, height }: Size, { latitude, longitude }: Place): { x: number; y: number } {
  return { x: width / 2 + (longitude - view.longitude) * view.scale, y: height / 2 - (latitude - view.latitude) * view.scale * stretch(view.latitude) };
}

export function edges(view: MapView, { width, height }: Size): { west: number; east: number; south: number; north: number } {
  const [across, up] = [width / 2 / view.scale, height / 2 / (view.scale * stretch(view.latitude))];
  return { west: view.longitude - across, east: view.longitude + across, south: view.latitude - up, north: view.latitude + up };
}

/** 0: the whole world from side to side; each step doubles. */
export const zoomOf = ({ scale }: MapView, { width }: Size) => Math.log2((scale * 360) / width);
export const scaleAt = (zoom: number, { width }: Size) => (width / 360) * 2 ** Math.min(MOST_ZOOM, Math.max(0, zoom));

/** All these places with some air around them; nowhere closer than the coastlines bear. */
export function fit(places: readonly Place[], size: Size): MapView {
  const [west, east] = extent(places.map(({ longitude }) => longitude));
  const [south, north] = extent(places.map(({ latitude }) => latitude));
  const middle = { latitude: (south + north) / 2, longitude: (west + east) / 2 };
  const across = size.width / (Math.max(east - west, LEAST_SPAN) * AIR);
  const up = size.height / (Math.max(north - south, LEAST_SPAN / 2) * AIR * stretch(middle.latitude));
  return { ...middle, scale: Math.min(scaleAt(MOST_ZOOM, size), Math.max(scaleAt(0, size), Math.min(across, up))) };
}

const extent = (values: readonly number[]): [number, number] => (values.length === 0 ? [-180, 180] : [Math.min(...values), Math.max(...values)]);

/** The ground moves with the pointer. */
export function moved(view: MapView, dx: number, dy: number): MapView {
  const latitude = view.latitude + dy / (view.scale * stretch(view.latitude));
  return { ...view, longitude: clamp(view.longitude - dx / view.scale, 180), latitude: clamp(latitude, 85) };
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value));

export interface Cluster<T> {
  x: number;
  y: number;
  members: T[];
}

/** What would be drawn over each other is drawn as one, where the first of them is. Members keep their order. */
export function cluster<T extends { x: number; y: number }>(points: readonly T[], apart: { x: number; y: number }): Cluster<T>[] {
  const clusters: Cluster<T>[] = [];
  for (const point of points) {
    const near = clusters.find(({ x, y }) => Math.abs(x - point.x) < apart.x && Math.abs(y - point.y) < apart.y);
    if (near) near.members.push(point);
    else clusters.push({ x: point.x, y: point.y, members: [point] });
  }
  return clusters;
}

const STEPS = [1, 2, 5, 10, 15, 30, 45];

/** Degrees between the lines of the grid: at least 70 px apart. */
export const gridStep = ({ scale }: Pick<MapView, "scale">) => STEPS.find((step) => step * scale >= 70) ?? 45;

/** A round number of kilometres that is at most 120 px long. */
export function scaleBar({ latitude, scale }: MapView): { kilometres: number; pixels: number } {
  const kilometresPerPixel = 111.32 / stretch(latitude) / scale;
  const most = kilometresPerPixel * 120;
  const power = 10 ** Math.floor(Math.log10(most));
  const kilometres = ([5, 2, 1].find((digit) => digit * power <= most) ?? 1) * power;
  return { kilometres, pixels: kilometres / kilometresPerPixel };
}
