import type { Benchmark } from "./support/benchmark";
import { DEVICE_STORIES } from "./support/presence/device-stories";
import { massDrop } from "./support/presence/mass-drop";
import { OUTAGE_STORIES } from "./support/presence/outage-stories";
import { type Outcome, replay } from "./support/presence/replay";
import { faults, score } from "./support/presence/score";
import { openPostgres } from "./support/presence/stage";

/** Seeds that were not looked at while the reasoning was written; `-- 1 2 3` plays those instead. */
const HELD_BACK = [71_001, 71_002];

/** What the worker says of labelled stories, beside what happened: cause, outages, tampering; and how fast 10,000 losses are one story. */
const presence: Benchmark = async ({ args, say }) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const seeds = args.length > 0 ? args.map(Number) : HELD_BACK;
  const stage = await openPostgres();
  try {
    const outcomes: Outcome[] = [];
    for (const seed of seeds) {
      for (const make of Object.values({ ...OUTAGE_STORIES, ...DEVICE_STORIES })) {
        const outcome = await replay(stage.database, make(seed));
        for (const fault of faults(outcome)) say(`${seed} ${fault}`);
        outcomes.push(outcome);
      }
    }
    say("10,000 of 20,000 devices at once");
    return { ...score(outcomes), ...(await massDrop(stage.database)) };
  } finally {
    await stage.close();
  }
};
export default presence;
