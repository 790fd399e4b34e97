import type { Benchmark } from "./support/benchmark";
import { measureConnects } from "./support/tokens/connects";
import { measureDecisions } from "./support/tokens/decisions";
import { measureFanIn } from "./support/tokens/fan-in";
import { measureRevocations } from "./support/tokens/revocations";
import { openStage } from "./support/tokens/stage";

/** What it costs that the network enforces access tokens, and how fast it lets go. `-- NAME ...` measures only some of PARTS. */
const tokens: Benchmark = async ({ args, say }) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const stage = await openStage();
  const parts = {
    decisions: () => measureDecisions(),
    fanIn: () => measureFanIn(stage, say),
    connects: () => measureConnects(stage),
    revocations: () => measureRevocations(stage),
  };
  try {
    const figures: Record<string, number> = {};
    for (const [name, measure] of Object.entries(parts)) {
      if (args.length > 0 && !args.includes(name)) continue;
      say(name);
      for (const [key, figure] of Object.entries(await measure())) figures[key] = Math.round(figure * 1_000) / 1_000;
    }
    return figures;
  } finally {
    await stage.close();
  }
};
export default tokens;
