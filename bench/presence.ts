import type { Benchmark } from "./support/benchmark";
import { confusion } from "./support/presence/confusion";
import { DEVICE_STORIES } from "./support/presence/device-stories";
import { massDrop } from "./support/presence/mass-drop";
import { MIXED_STORIES } from "./support/presence/mixed-stories";
import { OUTAGE_STORIES } from "./support/presence/outage-stories";
import { type Outcome, replay } from "./support/presence/replay";
import { faults, score } from "./support/presence/score";
import { openPostgres } from "./support/presence/stage";

/** Seeds that were not looked at while the reasoning was written; `-- 1 2 3` plays those instead. */
const HELD_BACK = [71_003, 71_004];
const STORIES = Object.values({ ...OUTAGE_STORIES, ...DEVICE_STORIES, ...MIXED_STORIES });

/**
 * What the worker says of labelled stories, beside what happened: cause, outages, tampering; and how fast 10,000 losses are one
 * story. `-- drop` measures that alone, `-- 1 2 3` plays the stories alone, with these seeds.
 */
const presence: Benchmark = async ({ args, say }) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  if (args.includes("drop")) return massDrop(say);
  const stories = await play(args.length > 0 ? args.map(Number) : HELD_BACK, say);
  return args.length > 0 ? stories : { ...stories, ...(await massDrop(say)) };
};
export default presence;

async function play(seeds: readonly number[], say: (text: string) => void): Promise<Record<string, number>> {
  const stage = await openPostgres();
  try {
    const outcomes: Outcome[] = [];
    for (const seed of seeds) {
      say(`${STORIES.length} stories with seed ${seed}`);
      for (const make of STORIES) {
        const outcome = await replay(stage.database, make(seed));
        for (const fault of faults(outcome)) say(`  ${fault}`);
        outcomes.push(outcome);
      }
    }
    say(`\n${confusion(outcomes)}\n`);
    return score(outcomes);
  } finally {
    await stage.close();
  }
}
