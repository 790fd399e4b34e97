import type { Column } from "./weather";

/** One metric of an instrument: what a column of the weather becomes in its range. `value = gain * column + offset`. */
interface Channel {
  metric: string;
  unit: string;
  column: Column;
  gain: number;
  offset: number;
  min?: number;
  max?: number;
}

/**
 * What each kind of device measures. The course of every curve is that of the real weather; gain and offset bring it into
 * the instrument's range, as the calibration of a sensor does.
 */
export const INSTRUMENTS = {
  pump: [
    { metric: "pressure", unit: "kPa", column: "pressure", gain: 30, offset: -30_190 },
    { metric: "flow", unit: "l/s", column: "wind", gain: 6, offset: -4, min: 0 },
    { metric: "temperature", unit: "Cel", column: "temperature", gain: 1.1, offset: 31 },
  ],
  chill: [
    { metric: "temperature", unit: "Cel", column: "temperature", gain: 0.28, offset: 0.6 },
    { metric: "ambient", unit: "Cel", column: "temperature", gain: 1, offset: 4 },
    { metric: "power", unit: "W", column: "temperature", gain: 34, offset: 420, min: 0 },
  ],
  meter: [
    { metric: "flow", unit: "l/s", column: "wind", gain: 2.2, offset: -2.8, min: 0 },
    { metric: "temperature", unit: "Cel", column: "temperature", gain: 0.5, offset: 5.5 },
  ],
  valve: [
    { metric: "position", unit: "%", column: "wind", gain: 26, offset: -36, min: 0, max: 100 },
    { metric: "pressure", unit: "kPa", column: "pressure", gain: 24, offset: -24_080 },
  ],
} as const satisfies Record<string, readonly Channel[]>;

export type Instrument = keyof typeof INSTRUMENTS;
export const INSTRUMENT_NAMES = Object.keys(INSTRUMENTS) as [Instrument, ...Instrument[]];

export function channelsOf(instrument: Instrument): readonly Channel[] {
  return INSTRUMENTS[instrument];
}
