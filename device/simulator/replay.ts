import { channelsOf, type Instrument } from "./instruments";
import { seededRandom, seedFor } from "./random";
import { hourOfYear, type Weather, weatherAt } from "./weather";

/** What a device is, as far as its readings depend on it. */
export interface ReplayedDevice {
  id: string;
  /** What the seed is mixed with; stays the same when the platform gives out new ids. */
  name: string;
  site: string;
  instrument: Instrument;
}

export type Readings = Map<string, { value: number; unit: string }>;

/** Readings of a device at a moment (ms since 1970). The same device, moment and seed always give the same. */
export type Replay = (device: ReplayedDevice, time: number) => Readings;

/**
 * Replays the weather of the calendar day, `speed` hours of data in one hour, so that a chart of some minutes shows the course
 * of a morning. Each device is somewhere else in the day, each site has a calibration of its own (gain 0.96 to 1.04, and an offset).
 */
export function createReplay(weather: Weather, options: { seed: number; speed: number }): Replay {
  const constants = new Map<string, { hoursAhead: number; gain: number; offset: number }>();
  const constantsOf = (device: ReplayedDevice) => {
    const known = constants.get(device.id);
    if (known) return known;
    const own = seededRandom(seedFor(options.seed, `device ${device.name}`));
    const site = seededRandom(seedFor(options.seed, `site ${device.site}`));
    const made = { hoursAhead: own() * 24, gain: 0.96 + site() * 0.08, offset: (site() - 0.5) * 0.6 };
    constants.set(device.id, made);
    return made;
  };
  return (device, time) => {
    const { hoursAhead, gain, offset } = constantsOf(device);
    const hour = hourOfYear(time);
    const hourOfDay = ((time / 3_600_000) * options.speed + hoursAhead) % 24;
    const readings: Readings = new Map();
    for (const channel of channelsOf(device.instrument)) {
      const raw = channel.gain * weatherAt(weather, channel.column, hour - (hour % 24), hourOfDay) + channel.offset;
      const value = Math.min(channel.max ?? Number.POSITIVE_INFINITY, Math.max(channel.min ?? Number.NEGATIVE_INFINITY, raw * gain + offset));
      readings.set(channel.metric, { value: Math.round(value * 100) / 100, unit: channel.unit });
    }
    return readings;
  };
}
