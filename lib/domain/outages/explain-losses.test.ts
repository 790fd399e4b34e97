import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainLosses, type Healthy, type Loss } from "./explain-losses";
import { factorsOf } from "./factors";
import { networkPrefix } from "./network-prefix";
import { logBinomialTail, logHypergeometricTail } from "./tails";

const NOW = new Date("2026-11-22T12:00:00.000Z");

interface Unit extends Loss {
  lost: boolean;
}

/** `count` devices of a site, of which the first `lost` are gone. Site n has the network 10.0.n.0/24. */
function site(n: number, count: number, lost: number, more: Partial<Parameters<typeof factorsOf>[0]> = {}): Unit[] {
  return Array.from({ length: count }, (_, i) => ({
    deviceId: `dev_${n}_${String(i).padStart(3, "0")}`,
    at: NOW,
    lost: i < lost,
    factors: factorsOf({
      site: `site_${n}`,
      address: `10.0.${n}.${i + 1}`,
      node: "a",
      firmware: "1.0",
      profile: i % 2 ? "pump" : "meter",
      batch: null,
      gateway: null,
      key: null,
      ...more,
    }),
  }));
}

const split = (units: readonly Unit[]): [Loss[], Healthy[]] => [
  units.filter(({ lost }) => lost),
  units.filter(({ lost }) => !lost).map(({ factors }) => ({ factors, count: 1 })),
];
const told = (units: readonly Unit[]) => explainLosses(...split(units)).map(({ factor, value, deviceIds }) => `${factor} ${value} ${deviceIds.length}`);

describe("tails", () => {
  test("small ones by hand", () => {
    // 3 of 3 in a site, nobody else of 50: 1 / C(50, 3).
    expect(Math.exp(logHypergeometricTail({ all: 50, lost: 3, group: 3, lostInGroup: 3 }))).toBeCloseTo(1 / 19_600, 10);
    expect(Math.exp(logHypergeometricTail({ all: 10, lost: 5, group: 4, lostInGroup: 0 }))).toBeCloseTo(1, 10);
    expect(Math.exp(logBinomialTail({ all: 5, lost: 3, rate: 0.02 }))).toBeCloseTo(7.76e-5, 6);
  });
  test("a drop of thousands has a chance that is no number, but has a logarithm", () => {
    const log = logHypergeometricTail({ all: 20_000, lost: 10_000, group: 10_000, lostInGroup: 10_000 });
    expect(log / Math.LN10).toBeCloseTo(-6018.35, 2);
  });
});

test.each([
  ["10.1.2.3", "10.1.2.0/24", "10.1.0.0/16"],
  ["::ffff:10.1.2.3", "10.1.2.0/24", "10.1.0.0/16"],
  ["2001:db8:1:2::5", "2001:db8:1::/48", "2001:db8::/32"],
  ["::1", "0:0:0::/48", "0:0::/32"],
  ["not an address", undefined, undefined],
  ["1::2::3", undefined, undefined],
])("networks of %s", (address, near, wide) => {
  expect(networkPrefix(address, { v4: 24, v6: 48 })).toBe(near);
  expect(networkPrefix(address, { v4: 16, v6: 32 })).toBe(wide);
});

describe("what explains losses", () => {
  test("a site that goes dark is one story; its network is named beside it", () => {
    const [found, ...rest] = explainLosses(...split([...site(1, 20, 20), ...site(2, 20, 0), ...site(3, 20, 1)]));
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ factor: "site", value: "site_1", statistic: { lost: 20, group: 20, lostElsewhere: 1, elsewhere: 40 } });
    expect(found?.alsoShared).toEqual([{ factor: "network", value: "10.0.1.0/24" }]);
  });

  test("a provider that fails across sites is one story", () => {
    const other = { address: "172.16.0.9" };
    expect(told([...site(1, 20, 20), ...site(2, 20, 20), ...site(3, 20, 20), ...site(4, 80, 0, other)])).toEqual(["provider 10.0.0.0/16 60"]);
  });

  test("two sites that fail at once are two, though they share a provider with healthy ones", () => {
    const units = [...site(1, 20, 20), ...site(2, 20, 20), ...site(3, 20, 0), ...site(4, 20, 0), ...site(5, 120, 0, { address: "172.16.0.9" })];
    expect(told(units)).toEqual(["site site_1 20", "site site_2 20"]);
  });

  test("a gateway takes those behind it along, itself included; where the whole site hangs on it, the site is told and the gateway named", () => {
    const behind = site(1, 6, 6, { gateway: "dev_gw" });
    expect(told([...behind, ...site(2, 12, 0).map((unit) => ({ ...unit, factors: { ...unit.factors, site: "site_1", network: "10.0.1.0/24" } }))])).toEqual([
      "gateway dev_gw 6",
    ]);
    const [whole] = explainLosses(...split([...behind, ...site(2, 12, 0)]));
    expect(whole).toMatchObject({
      factor: "site",
      alsoShared: [
        { factor: "gateway", value: "dev_gw" },
        { factor: "network", value: "10.0.1.0/24" },
      ],
    });
  });

  test("devices that took a new content key vanish: its version is what they share", () => {
    const units = [1, 2, 3].flatMap((n) => [...site(n, 8, 5, { key: 4 }).slice(0, 5), ...site(n, 12, 0, { key: 3 }).slice(5)]);
    expect(told(units)).toEqual(["key 4 15"]);
  });

  test("a bad firmware takes down its version, a token batch its batch", () => {
    const mixed = (firmware: string, batch: string | null, lost: number) =>
      [1, 2, 3, 4, 5].flatMap((n) => site(n, 6, lost, { firmware, batch }).map((unit) => ({ ...unit, deviceId: `${unit.deviceId}_${firmware}_${batch}` })));
    expect(told([...mixed("1.0", null, 0), ...mixed("2.0", null, 6)])).toEqual(["firmware 2.0 30"]);
    expect(told([...mixed("1.0", null, 0), ...mixed("1.0", "bat_1", 6)])).toEqual(["batch bat_1 30"]);
  });

  test("a gateway with half of a site behind it is told by its network", () => {
    const behind = (n: number, lost: number) => site(1, 20, lost, { address: `192.0.${n}.7` }).map((unit) => ({ ...unit, deviceId: `${unit.deviceId}_${n}` }));
    expect(told([...behind(1, 20), ...behind(2, 0), ...site(2, 20, 0)])).toEqual(["network 192.0.1.0/24 20"]);
  });

  test("everything gone with nothing in particular is the fleet", () => {
    expect(told([...site(1, 20, 20), ...site(2, 20, 19), ...site(3, 20, 20)])).toEqual(["fleet  59"]);
  });

  test("one device is never an outage, nor are two, nor a few here and there", () => {
    expect(told(site(1, 1, 1))).toEqual([]);
    expect(told([...site(1, 2, 2), ...site(2, 500, 0)])).toEqual([]);
    expect(told([1, 2, 3, 4, 5, 6].flatMap((n) => site(n, 20, 1)))).toEqual([]);
  });

  test("any order and repetition of the same losses says the same", () => {
    const units = [...site(1, 12, 11), ...site(2, 12, 12), ...site(3, 12, 1), ...site(4, 40, 0)];
    const [losses, healthy] = split(units);
    const expected = explainLosses(losses, healthy);
    expect(expected).toHaveLength(2);
    const shuffled = fc.shuffledSubarray([...losses, ...losses], { minLength: losses.length * 2 });
    fc.assert(
      fc.property(shuffled, fc.shuffledSubarray(healthy, { minLength: healthy.length }), (some, well) => {
        expect(explainLosses(some, well)).toEqual(expected);
      }),
    );
  });

  test("never one device, whatever the fleet looks like", () => {
    const fleets = fc.array(fc.record({ count: fc.integer({ min: 1, max: 30 }), lost: fc.integer({ min: 0, max: 30 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(fleets, (sizes) => {
        const units = sizes.flatMap(({ count, lost }, n) => site(n, count, Math.min(count, lost)));
        const found = explainLosses(...split(units));
        const ids = found.flatMap(({ deviceIds }) => deviceIds);
        expect(new Set(ids).size).toBe(ids.length);
        expect(found.every(({ deviceIds, statistic }) => deviceIds.length >= 3 && statistic.lost === deviceIds.length)).toBe(true);
      }),
    );
  });
});
