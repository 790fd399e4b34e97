import { expect, test } from "vitest";
import { METRIC_PATTERN } from "@/lib/protocol/segments";
import { INSTRUMENT_NAMES } from "./instruments";
import { createReplay, type ReplayedDevice } from "./replay";
import { COLUMNS, HOURS_PER_YEAR, hourOfYear, loadWeather, parseWeather, weatherAt } from "./weather";

const weather = loadWeather();
const pump: ReplayedDevice = { id: "dev_1", name: "pump-7f3a", site: "Rotterdam Pump Hall 1", instrument: "pump" };
const noon = Date.UTC(2026, 10, 22, 12);

test("the data set as the package ships it: a year of hours without a gap", () => {
  for (const column of COLUMNS) expect(weather[column]).toHaveLength(HOURS_PER_YEAR);
  expect(weather.temperature[hourOfYear(Date.UTC(2010, 0, 1, 1))]).toBe(4);
  expect(weather.temperature[hourOfYear(Date.UTC(2010, 10, 22, 14))]).toBe(8.1);
  expect(weather.pressure[0]).toBe(weather.pressure[1]);
  expect(() => parseWeather("date,pressure,temperature,wind\n2010-01-01T01:00:00,1,2,3")).toThrow(/gaps/);
});

test("between two hours in a straight line, and round midnight within the day", () => {
  const day = hourOfYear(Date.UTC(2010, 10, 22));
  expect(weatherAt(weather, "temperature", day, 13.5)).toBeCloseTo((7.9 + 8.1) / 2);
  expect(weatherAt(weather, "temperature", day, 23.5)).toBeCloseTo((5.9 + 6.0) / 2);
});

test("the last day of a leap year has values", () => {
  expect(hourOfYear(Date.UTC(2028, 11, 31, 23))).toBe(HOURS_PER_YEAR - 1);
});

test("the same seed gives the same readings, another seed others", () => {
  const at = (seed: number) => [...createReplay(weather, { seed, speed: 24 })(pump, noon)];
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
});

test("devices stand at different times of the day, also on one site", () => {
  const replay = createReplay(weather, { seed: 1, speed: 24 });
  const values = ["pump-1", "pump-2", "pump-3"].map((name) => replay({ ...pump, id: name, name }, noon).get("temperature")?.value);
  expect(new Set(values).size).toBe(3);
});

test("values move within minutes at speed 24, and stay in the instrument's range over a year", () => {
  const replay = createReplay(weather, { seed: 3, speed: 24 });
  expect(replay(pump, noon)).not.toEqual(replay(pump, noon + 150_000));
  for (const instrument of INSTRUMENT_NAMES)
    for (let day = 0; day < 365; day += 7) {
      const readings = replay({ ...pump, id: instrument, instrument }, noon + day * 86_400_000 + day * 1_234_567);
      for (const [metric, { value, unit }] of readings) {
        expect(metric).toMatch(METRIC_PATTERN);
        expect(unit).toMatch(/^[\x20-\x7e]{1,16}$/);
        expect(Number.isFinite(value)).toBe(true);
        if (unit === "%") expect(value >= 0 && value <= 100).toBe(true);
      }
    }
});
