import type { Instrument } from "@/device/simulator";

/** The fleet of the demo as data: a water company with 24 sites. Pure; what a device is depends on its number alone. */
export const DEMO_FLEET = "north-water";

interface DemoSite {
  name: string;
  latitude: number;
  longitude: number;
}

const SITES: readonly DemoSite[] = [
  { name: "Rotterdam Pump Hall 1", latitude: 51.905, longitude: 4.466 },
  { name: "Leipzig Cold Store", latitude: 51.343, longitude: 12.374 },
  { name: "Porto Water Works", latitude: 41.149, longitude: -8.611 },
  { name: "Bristol Reservoir", latitude: 51.455, longitude: -2.588 },
  { name: "Oslo Tunnel East", latitude: 59.913, longitude: 10.752 },
  { name: "Curitiba Works", latitude: -25.429, longitude: -49.267 },
  { name: "Rotterdam Pump Hall 3", latitude: 51.899, longitude: 4.48 },
  { name: "Valencia Desalination", latitude: 39.47, longitude: -0.376 },
  { name: "Singapore Cold Hub", latitude: 1.29, longitude: 103.85 },
  { name: "Vienna Heat Plant", latitude: 48.208, longitude: 16.372 },
  { name: "Antwerp Lock 7", latitude: 51.26, longitude: 4.37 },
  { name: "Houston Tank Farm", latitude: 29.76, longitude: -95.37 },
  { name: "Gdańsk Grain Silo", latitude: 54.352, longitude: 18.647 },
  { name: "Lyon Depot North", latitude: 45.78, longitude: 4.84 },
  { name: "Malmö Substation 4", latitude: 55.605, longitude: 13.004 },
  { name: "Osaka Line 2", latitude: 34.694, longitude: 135.502 },
  { name: "Aarhus Wind Yard", latitude: 56.163, longitude: 10.204 },
  { name: "Hamburg Ferry Terminal", latitude: 53.546, longitude: 9.966 },
  { name: "Cork Dairy 2", latitude: 51.898, longitude: -8.476 },
  { name: "Tallinn Port Gate", latitude: 59.437, longitude: 24.754 },
  { name: "Turin Foundry", latitude: 45.07, longitude: 7.687 },
  { name: "Brno Test Hall", latitude: 49.195, longitude: 16.607 },
  { name: "Zagreb Tram Depot", latitude: 45.815, longitude: 15.982 },
  { name: "Basel Lab Annex", latitude: 47.56, longitude: 7.588 },
];

/** Ten places in a row, so that every site has every kind of device. */
const MIX: readonly Instrument[] = ["pump", "meter", "chill", "pump", "valve", "meter", "chill", "pump", "meter", "valve"];
const INTERVAL_SECONDS: Record<Instrument, number> = { pump: 2, chill: 5, meter: 10, valve: 5 };
const FIRMWARE = ["4.8.1", "4.8.1", "4.8.1", "4.8.2", "4.7.9"] as const;

/** What two cores take beside a browser. A larger fleet reports less often instead. */
const MESSAGES_PER_SECOND = 250;

export interface DemoDevicePlan {
  name: string;
  site: string;
  profile: Instrument;
  firmware: string;
  tags: Record<string, string>;
}

/** Device number `index`. Its name never depends on the size of the fleet: a second start with more devices adds to the first. */
export function demoDevice(index: number, sites: readonly DemoSite[]): DemoDevicePlan {
  const profile = MIX[index % MIX.length] ?? "pump";
  // An odd factor walks through all 65,536 suffixes before one comes back.
  const suffix = ((Math.imul(index, 40_503) + 0x7f3a) & 0xffff).toString(16).padStart(4, "0");
  const row = Math.floor(index / MIX.length);
  return {
    name: `${profile}-${suffix}`,
    site: sites[row % sites.length]?.name ?? "",
    profile,
    firmware: FIRMWARE[(index * 7) % FIRMWARE.length] ?? "4.8.1",
    tags: { line: profile === "chill" ? "cold" : "water", feeder: index % 2 === 0 ? "a" : "b" },
  };
}

/**
 * What its posture reports say listens: nothing, but on every fiftieth something was left open. One in forty runs firmware that makes no
 * reports (undefined).
 */
export function demoListens(index: number): string[] | undefined {
  if (index % 40 === 19) return undefined;
  return index % 50 === 7 ? ["tcp/23"] : [];
}

/** A site for every ten devices, at least three, at most all 24. */
export function demoSites(devices: number): readonly DemoSite[] {
  return SITES.slice(0, Math.min(SITES.length, Math.max(3, Math.ceil(devices / MIX.length))));
}

/** Reporting intervals, stretched so that the whole fleet stays below what a small machine takes. */
export function demoProfiles(devices: number): { name: Instrument; reportingIntervalSeconds: number; encryption: "off" | "required" }[] {
  const rate = MIX.reduce((sum, profile) => sum + 1 / INTERVAL_SECONDS[profile], 0) / MIX.length;
  const stretch = Math.max(1, (devices * rate) / MESSAGES_PER_SECOND);
  return (Object.keys(INTERVAL_SECONDS) as Instrument[]).map((name) => ({
    name,
    reportingIntervalSeconds: Math.ceil(INTERVAL_SECONDS[name] * stretch),
    // Cold stores encrypt: both kinds of device stand side by side.
    encryption: name === "chill" ? "required" : "off",
  }));
}

/** Life: every few minutes something fails for a while, somewhere. */
export const DEMO_FAILURES = [
  { kind: "flap", target: "any_device", afterSeconds: 45, forSeconds: 60, everySeconds: 300 },
  { kind: "silence", target: "any_device", afterSeconds: 90, forSeconds: 120, everySeconds: 420 },
  { kind: "power_cut", target: "any_site", afterSeconds: 150, forSeconds: 90, everySeconds: 480 },
  { kind: "power_cut", target: "any_device", afterSeconds: 210, forSeconds: 240, everySeconds: 660 },
  { kind: "no_token", target: "any_device", afterSeconds: 270, forSeconds: 60, everySeconds: 900 },
] as const;
