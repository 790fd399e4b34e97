import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

/** The parts of a TopoJSON topology that are read here: quantised arcs, and polygons by the numbers of their arcs (~n: arc n backwards). */
interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][];
  objects: { countries: { geometries: ({ type: "Polygon"; arcs: number[][] } | { type: "MultiPolygon"; arcs: number[][][] })[] } };
}

/** Borders and coasts as one SVG path in hundredths of a degree, longitude to the right and latitude upwards negative. */
function landPath({ transform, arcs, objects }: Topology): string {
  const { scale, translate } = transform;
  const points = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return [Math.round((x * scale[0] + translate[0]) * 100), -Math.round((y * scale[1] + translate[1]) * 100)] as const;
    });
  });
  const arcAt = (index: number) => (index < 0 ? (points[~index] ?? []).toReversed() : (points[index] ?? []));
  const rings = objects.countries.geometries.flatMap((one) => (one.type === "Polygon" ? one.arcs : one.arcs.flat()));
  return rings.map((ring) => ringPath(ring.flatMap((index, place) => arcAt(index).slice(place === 0 ? 0 : 1)))).join("");
}

function ringPath(ring: readonly (readonly [number, number])[]): string {
  const [first = [0, 0], ...rest] = ring;
  let [x, y]: readonly [number, number] = first;
  const steps = rest.flatMap(([toX, toY]) => {
    const step = `${toX - x} ${toY - y}`;
    [x, y] = [toX, toY];
    return step === "0 0" ? [] : [step];
  });
  return `M${first.join(" ")}l${steps.join(" ").replaceAll(" -", "-")}z`;
}

test("the outline that the console brings along is that of Natural Earth, as vega-datasets ships it", async () => {
  const main = createRequire(import.meta.url).resolve("vega-datasets");
  const world = JSON.parse(readFileSync(path.join(main, "../../data/world-110m.json"), "utf8")) as Topology;
  // `vitest -u` writes it anew.
  await expect(`{\n  "d": "${landPath(world)}"\n}\n`).toMatchFileSnapshot("./land.json");
});
