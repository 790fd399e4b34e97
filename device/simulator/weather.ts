import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export const COLUMNS = ["temperature", "pressure", "wind"] as const;
export type Column = (typeof COLUMNS)[number];

/**
 * Hourly weather normals of Seattle, 1981-2010 (NOAA National Climatic Data Center, a work of the U.S. Government), as shipped
 * by the npm package vega-datasets. Temperature in degrees Celsius, pressure in hPa, wind in m/s; one value an hour for a year.
 */
export type Weather = Record<Column, Float64Array>;

export const HOURS_PER_YEAR = 8_760;

/** Reads the data set out of the installed package (its `exports` offers the code only, so the file is found beside it). */
export function loadWeather(): Weather {
  const main = createRequire(import.meta.url).resolve("vega-datasets");
  return parseWeather(readFileSync(path.join(main, "../../data/seattle-weather-hourly-normals.csv"), "utf8"));
}

/** `date,pressure,temperature,wind`; the year's first hour is missing in the data set and takes the next one's value. */
export function parseWeather(csv: string): Weather {
  const [head, ...lines] = csv.trim().split(/\r?\n/);
  const names = (head ?? "").split(",");
  const weather: Weather = { temperature: emptyYear(), pressure: emptyYear(), wind: emptyYear() };
  for (const line of lines) {
    const fields = line.split(",");
    const hour = hourOfYear(Date.parse(`${fields[names.indexOf("date")]}Z`));
    for (const column of COLUMNS) weather[column][hour] = Number(fields[names.indexOf(column)]);
  }
  for (const column of COLUMNS) {
    const values = weather[column];
    for (let hour = HOURS_PER_YEAR - 2; hour >= 0; hour--) if (Number.isNaN(values[hour])) values[hour] = values[hour + 1] ?? 0;
    if (values.some(Number.isNaN)) throw new Error(`The weather data set has gaps in ${column}.`);
  }
  return weather;
}

const emptyYear = () => new Float64Array(HOURS_PER_YEAR).fill(Number.NaN);

/** 0 to 8,759; the 366th day of a leap year is the 365th once more. */
export function hourOfYear(time: number): number {
  const date = new Date(time);
  const hours = Math.floor((time - Date.UTC(date.getUTCFullYear(), 0, 1)) / 3_600_000);
  return hours < HOURS_PER_YEAR ? hours : hours - 24;
}

/** Column value at an hour of a day of the year, between the full hours in a straight line. `hourOfDay` in [0, 24). */
export function weatherAt(weather: Weather, column: Column, dayStartHour: number, hourOfDay: number): number {
  const hour = Math.floor(hourOfDay);
  const before = weather[column][dayStartHour + hour] ?? 0;
  const after = weather[column][dayStartHour + ((hour + 1) % 24)] ?? before;
  return before + (after - before) * (hourOfDay - hour);
}
