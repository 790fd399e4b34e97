import { parseArgs } from "node:util";
import { SallyportError } from "@/lib/base/errors";

export const MODES = ["start", "dev", "demo"] as const;
export type Mode = (typeof MODES)[number];

export interface Options {
  mode: Mode;
  /** Simulated devices of the demo. */
  devices: number;
}

const USAGE = "Use: npm start, npm run dev, or npm run demo [-- --devices N]";
const DEMO_DEVICES = 50;
const MAX_DEVICES = 20_000;

/** Reads the arguments after the script's name. Throws `configuration` with the usage. */
export function readOptions(args: string[]): Options {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { devices: { type: "string" } } });
    const mode = MODES.find((name) => name === positionals[0]);
    const devices = values.devices === undefined ? DEMO_DEVICES : Number(values.devices);
    const wrong = !mode || positionals.length !== 1 || (values.devices !== undefined && mode !== "demo");
    if (!wrong && Number.isInteger(devices) && devices >= 1 && devices <= MAX_DEVICES) return { mode, devices };
  } catch {
    // An unknown option: the answer is the same.
  }
  throw new SallyportError("configuration", `Wrong arguments: ${args.join(" ") || "none"}.`, { hint: `${USAGE} (1 to ${MAX_DEVICES}).` });
}
