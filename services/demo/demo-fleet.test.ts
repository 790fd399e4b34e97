import { expect, test } from "vitest";
import { deviceNameSchema } from "@/lib/domain/devices/device-view";
import { demoDevice, demoProfiles, demoSites } from "./demo-fleet";

test("names are valid, unique in a fleet of 20,000, and the same in a larger fleet", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => demoDevice(index, demoSites(20_000)).name);
  expect(new Set(many).size).toBe(20_000);
  for (const name of many.slice(0, 100)) expect(deviceNameSchema.parse(name)).toBe(name);
  expect(Array.from({ length: 60 }, (_, index) => demoDevice(index, demoSites(60)).name)).toEqual(many.slice(0, 60));
});

test("sixty devices: six sites with ten devices each, every kind on every site", () => {
  const sites = demoSites(60);
  const devices = Array.from({ length: 60 }, (_, index) => demoDevice(index, sites));
  for (const { name } of sites) {
    const here = devices.filter(({ site }) => site === name);
    expect(here).toHaveLength(10);
    expect(new Set(here.map(({ profile }) => profile)).size).toBe(4);
  }
});

test.each([
  [60, { pump: 2, chill: 5, meter: 10, valve: 5 }],
  [500, { pump: 2, chill: 5, meter: 10, valve: 5 }],
])("%i devices report at the usual pace", (devices, expected) => {
  expect(Object.fromEntries(demoProfiles(devices).map(({ name, reportingIntervalSeconds }) => [name, reportingIntervalSeconds]))).toEqual(expected);
});

test("a large fleet reports less often: never more than 250 messages a second", () => {
  for (const count of [1_000, 5_000, 20_000]) {
    const intervals = new Map(demoProfiles(count).map(({ name, reportingIntervalSeconds }) => [name, reportingIntervalSeconds]));
    const rate = Array.from({ length: count }, (_, index) => 1 / (intervals.get(demoDevice(index, demoSites(count)).profile) ?? 1)).reduce((a, b) => a + b);
    expect(rate).toBeLessThanOrEqual(250);
  }
});
