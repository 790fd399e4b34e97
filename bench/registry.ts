import { listDevices } from "@/lib/server/devices/list-devices";
import { countDevices } from "@/lib/server/devices/match-devices";
import type { Benchmark } from "./support/benchmark";
import { openBigFleet } from "./support/query/big-fleet";
import { bulkFigures } from "./support/registry/bulk-job";
import { claimCrowd } from "./support/registry/claim-crowd";
import { claimToFirstPoint } from "./support/registry/first-point";
import { importFigures } from "./support/registry/import-file";

const DEVICES = 100_000;
const CROWD = 10_000;
const RUNS = 21;

/** The list of 100,000 devices, one job over 10,000 of them, a file of 50,000 more, a batch of 10,000 that come by one claim code, and one device from its code to its first point. `npm run bench registry [crowd]` */
const registry: Benchmark = async ({ args, say }) => {
  const list = await listFigures(say);
  const crowd = await claimCrowd(args[0] === undefined ? CROWD : Number(args[0]), say);
  say("from the code to the first point");
  const first = await claimToFirstPoint(say);
  return { ...list, ...crowd, ...(first === undefined ? {} : { claimToFirstPointSeconds: first }) };
};
export default registry;

async function listFigures(say: (text: string) => void): Promise<Record<string, number>> {
  say(`${DEVICES.toLocaleString("en")} devices`);
  const fleet = await openBigFleet(DEVICES);
  try {
    return {
      devices: DEVICES,
      firstPageMs: await median(() => listDevices(fleet.context, {})),
      countMs: await median(() => countDevices(fleet.database.pool, fleet.fleetId, "state:offline firmware<2.11 tag.line:a", new Date())),
      searchMs: await median(() => listDevices(fleet.context, { q: "ump-4242" })),
      ...(await bulkFigures(fleet, say)),
      // Last: it adds devices.
      ...(await importFigures(fleet, say)),
    };
  } finally {
    await fleet.close();
  }
}

/** Milliseconds in the middle of many runs, after one that warms up. */
async function median(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let index = 0; index < RUNS; index++) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  return Math.round((times.toSorted((a, b) => a - b)[(RUNS - 1) / 2] ?? 0) * 100) / 100;
}
