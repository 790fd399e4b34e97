import { createReplay, loadWeather, type ReplayedDevice } from "@/device/simulator";
import type { HistorySeries } from "@/lib/server/demo/write-history";

const MINUTE_MS = 60_000;
const SPAN_MS = 24 * 60 * MINUTE_MS;
/** So many rows take about a second; a larger fleet gets a coarser past. */
const MAX_ROWS = 300_000;

/**
 * What the devices would have reported in the 24 hours before `now`, a value a minute (less often for a large fleet), ending
 * one step ago: charts show a past, and the pause between it and the first live value.
 */
export function* demoHistory(devices: readonly ReplayedDevice[], options: { now: number; seed: number; speed: number }): Generator<HistorySeries> {
  const replay = createReplay(loadWeather(), options);
  const metrics = devices.map((device) => [...replay(device, options.now).keys()]);
  const series = metrics.reduce((sum, names) => sum + names.length, 0);
  const stepMs = Math.ceil((SPAN_MS / MINUTE_MS) * (series / MAX_ROWS)) * MINUTE_MS;
  const end = Math.floor(options.now / stepMs) * stepMs - stepMs;
  for (const [index, device] of devices.entries())
    for (const metric of metrics[index] ?? []) {
      const points: [number, number][] = [];
      for (let time = end - SPAN_MS; time <= end; time += stepMs) {
        const reading = replay(device, time).get(metric);
        if (reading) points.push([time, reading.value]);
      }
      yield { deviceId: device.id, metric, points };
    }
}

/** A limit that the warmest twentieth of the cold stores' readings of these hours exceeds: the rule has something to say, now and then. */
export function warmLimit(devices: readonly ReplayedDevice[], options: { now: number; seed: number; speed: number }): number {
  const replay = createReplay(loadWeather(), options);
  const values: number[] = [];
  for (const device of devices.filter(({ instrument }) => instrument === "chill"))
    for (let time = options.now; time < options.now + SPAN_MS; time += 10 * MINUTE_MS) values.push(replay(device, time).get("temperature")?.value ?? 0);
  values.sort((a, b) => a - b);
  return Math.round((values[Math.floor(values.length * 0.95)] ?? 4) * 10) / 10;
}
