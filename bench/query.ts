import { listDevices } from "@/lib/server/devices/list-devices";
import { countDevices } from "@/lib/server/devices/match-devices";
import type { Benchmark } from "./support/benchmark";
import { openBigFleet } from "./support/query/big-fleet";

const DEVICES = 100_000;
const RUNS = 21;

const QUERIES = {
  state: "state:offline",
  word: "pump-4242",
  commonWord: "pump",
  site: 'site:"Site 42"',
  firmware: "firmware<2.1",
  tag: "tag:critical",
  tagValue: "tag.line:a",
  metric: "metric.temperature>95",
  halfByMetric: "metric.temperature>50",
  lastSeen: "last_seen>2h",
  connected: "connected:false",
  negated: '-site:"Site 42" -tag:critical',
  either: 'state:offline OR tag:critical OR site:"Site 42"',
  everything: 'state:offline last_seen>2h site:"Site 8",Site*8 firmware<2.11 tag.line:a metric.temperature>20 -site:"Site 18" pump',
} as const;

/**
 * The device list of 100,000 devices: first page with its rows, exact total and counts per state, as the verb answers them.
 * Beside it the plain list without a query, in the same run.
 */
const query: Benchmark = async ({ say }) => {
  say(`${DEVICES.toLocaleString("en")} devices`);
  const fleet = await openBigFleet(DEVICES);
  try {
    const plain = await median(() => listDevices(fleet.context, {}));
    const figures: Record<string, number> = { devices: DEVICES, plainListMsP50: plain };
    for (const [name, q] of Object.entries(QUERIES)) {
      say(q);
      figures[`${name}MsP50`] = await median(() => listDevices(fleet.context, { q }));
      figures[`${name}Total`] = (await listDevices(fleet.context, { q, limit: 1 })).total;
    }
    const worst = Math.max(...Object.keys(QUERIES).map((name) => figures[`${name}MsP50`] ?? 0));
    const count = await median(() => countDevices(fleet.database.pool, fleet.fleetId, QUERIES.everything, new Date()));
    return { ...figures, worstMsP50: worst, worstToPlainRatio: rounded(worst / plain), countMsP50: count };
  } finally {
    await fleet.close();
  }
};
export default query;

const rounded = (value: number) => Math.round(value * 100) / 100;

/** Milliseconds in the middle of many runs, after one that warms up. */
async function median(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return rounded(times[(RUNS - 1) / 2] ?? 0);
}
