import fc from "fast-check";
import { expect, test } from "vitest";
import { explainLosses, type Healthy, type Loss } from "./explain-losses";
import { factorsOf } from "./factors";
import { leftBehind, type Member, type OpenOutage, outageOver, trackOutages } from "./track-outages";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 12) + seconds * 1000);

const loss = (site: number, i: number, seconds = 0): Loss => ({
  deviceId: `dev_${site}_${String(i).padStart(2, "0")}`,
  at: at(seconds),
  factors: factorsOf({ site: `site_${site}`, address: `10.0.${site}.9`, node: "a", firmware: "1.0", profile: "pump", batch: null, gateway: null, key: null }),
});
const losses = (site: number, count: number, seconds = 0) => Array.from({ length: count }, (_, i) => loss(site, i, seconds));
const healthy = (site: number, count: number): Healthy => ({ factors: loss(site, 0).factors, count });
const member = (from: Loss, backAfter: number | null): Member => ({ ...from, backAt: backAfter === null ? null : at(backAfter) });

/** What the store does between looks. */
function look(open: readonly OpenOutage[], fresh: readonly Loss[], well: readonly Healthy[], now: Date): OpenOutage[] {
  const known = new Set(open.flatMap(({ members }) => members.map(({ deviceId }) => deviceId)));
  const pool = [...fresh.filter(({ deviceId }) => !known.has(deviceId)), ...open.flatMap(({ members }) => members)];
  const byId = new Map(pool.map((entry) => [entry.deviceId, entry]));
  const { outages } = trackOutages(
    open,
    fresh.filter(({ deviceId }) => !known.has(deviceId)),
    well,
    now,
  );
  return outages.map(({ id, explanation }, index) => ({
    id: id ?? `new_${now.getTime()}_${index}`,
    factor: explanation.factor,
    value: explanation.value,
    members: explanation.deviceIds.flatMap((deviceId) => member(byId.get(deviceId) ?? loss(0, 0), null)),
  }));
}

const shape = (open: readonly { factor: string; value: string; deviceIds: readonly string[] }[]) =>
  open.map(({ factor, value, deviceIds }) => `${factor} ${value} ${[...deviceIds].sort().join(",")}`).sort();

test("in whatever order and portions the losses come, the same outages are there in the end", () => {
  const all = [...losses(1, 10), ...losses(2, 8), ...losses(3, 1), ...losses(4, 1)];
  const well = [healthy(2, 1), healthy(3, 20), healthy(4, 20)];
  const expected = shape(explainLosses(all, well));
  expect(expected).toHaveLength(2);
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...all, ...all.slice(0, 9)], { minLength: all.length + 9 }),
      fc.array(fc.integer({ min: 1, max: 12 })),
      (order, portions) => {
        let open: OpenOutage[] = [];
        const seen: Loss[] = [];
        const rest = [...order];
        for (const portion of [...portions, order.length]) {
          seen.push(...rest.splice(0, portion));
          const missing = all.filter(({ deviceId }) => !seen.some((known) => known.deviceId === deviceId));
          open = look(open, seen, [...well, ...missing.map(({ factors }) => ({ factors, count: 1 }))], at(60));
        }
        expect(shape(open.map((outage) => ({ ...outage, deviceIds: outage.members.map(({ deviceId }) => deviceId) })))).toEqual(expected);
      },
    ),
  );
});

test("two sites told apart become one story when their whole network is gone", () => {
  const open = [1, 2].map(
    (site): OpenOutage => ({ id: `out_${site}`, factor: "site", value: `site_${site}`, members: losses(site, 10).map((entry) => member(entry, null)) }),
  );
  const elsewhere = {
    factors: factorsOf({ site: "far", address: "172.16.0.1", node: "a", firmware: "1.0", profile: "pump", batch: null, gateway: null, key: null }),
    count: 60,
  };
  const { outages } = trackOutages(open, [...losses(3, 10, 90), ...losses(4, 10, 100)], [elsewhere], at(120));
  expect(outages).toMatchObject([{ id: "out_1", merged: ["out_2"], explanation: { factor: "provider", value: "10.0.0.0/16" } }]);
  expect(outages[0]?.explanation.deviceIds).toHaveLength(40);
});

test("what goes away later at a dark site joins its outage; what goes away elsewhere does not", () => {
  const open: OpenOutage = { id: "out_1", factor: "site", value: "site_1", members: losses(1, 10).map((entry) => member(entry, null)) };
  const tracked = trackOutages([open], [loss(1, 11, 3600), loss(2, 1, 3600)], [healthy(2, 20)], at(3610));
  expect(tracked).toEqual({ outages: [], joined: [{ outageId: "out_1", deviceId: "dev_1_11" }], withdrawn: [] });
});

test("at a site that is back, one that vanishes stands alone", () => {
  const open: OpenOutage = { id: "out_1", factor: "site", value: "site_1", members: losses(1, 10).map((entry, i) => member(entry, i < 6 ? 600 : null)) };
  expect(trackOutages([open], [loss(1, 11, 3600)], [healthy(1, 6)], at(3610)).joined).toEqual([]);
});

test("what grew and then spread over everything is withdrawn or told as the fleet, never left as it was", () => {
  const open: OpenOutage = { id: "out_1", factor: "site", value: "site_1", members: losses(1, 4).map((entry) => member(entry, null)) };
  const { outages, withdrawn } = trackOutages(
    [open],
    [1, 2, 3, 4, 5].flatMap((site) => losses(site, 4)),
    [healthy(1, 4), healthy(2, 4)],
    at(60),
  );
  expect(withdrawn).toEqual([]);
  expect(outages.map(({ id, explanation }) => [id, explanation.factor])).toEqual([["out_1", "fleet"]]);
});

test("over with the return that leaves a fifth away, not with the last", () => {
  const back = (seconds: number | null) => ({ backAt: seconds === null ? null : at(seconds) });
  expect(outageOver([back(30), back(10), back(20), back(40), back(null)])).toEqual(at(40));
  expect(outageOver([back(30), back(10), back(20), back(null), back(null)])).toBeUndefined();
  expect(outageOver([back(1), back(2), back(null)])).toBeUndefined();
});

test("a site that stays dark when its network works again is a story of its own, once the returns are over", () => {
  const members = [
    ...losses(1, 10).map((entry) => member(entry, null)),
    ...[2, 3].flatMap((site) => losses(site, 10).map((entry, i) => member(entry, 600 + i))),
  ];
  const open: OpenOutage = { id: "out_1", factor: "provider", value: "10.0.0.0/16", members };
  expect(leftBehind(open, at(650))).toBeUndefined();
  expect(leftBehind(open, at(800))).toMatchObject({ factor: "site", value: "site_1" });
});
