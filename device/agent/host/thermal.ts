/** Reads /sys/class/thermal/thermal_zone<n>/temp: thousandths of a degree Celsius. Sensors that are off show absurd values. */
export function parseTemperature(text: string): number | undefined {
  if (!/^-?\d+\s*$/.test(text)) return undefined;
  const celsius = Number(text) / 1000;
  return celsius > -60 && celsius < 200 ? celsius : undefined;
}

/** The hottest zone stands for the machine. */
export function hottest(temperatures: readonly (number | undefined)[]): number | undefined {
  const known = temperatures.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
