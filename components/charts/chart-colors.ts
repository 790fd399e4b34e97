/** Colours for a canvas, which cannot read CSS variables by itself. Read again when the theme changes. */
export interface ChartColors {
  line: string;
  band: string;
  grid: string;
  text: string;
  strong: string;
  surface: string;
  hatch: string;
  edge: string;
  font: string;
  bad: string;
}

export function readColors(element: Element): ChartColors {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: color("--series-1"),
    band: color("--series-band"),
    grid: color("--grid"),
    text: color("--text-3"),
    strong: color("--text"),
    surface: color("--surface"),
    hatch: color("--line-2"),
    edge: color("--control-line"),
    bad: color("--bad"),
    font: color("--font"),
  };
}
