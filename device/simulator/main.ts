import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { runUntilStopped } from "@/device/agent/run-until-stopped";
import { SallyportError } from "@/lib/base/errors";
import { createLog } from "@/lib/base/log";
import { commandSchema, type SimulatorConfig, simulatorConfigSchema } from "./config";
import { createSimulator, type Simulator } from "./simulator";

/** What another process may ask over IPC; every message is answered by one with the same `id`. */
const requestSchema = z.union([
  z.object({ type: z.literal("simulate"), id: z.number().optional(), command: commandSchema }),
  z.object({ type: z.literal("status"), id: z.number().optional() }),
]);

const STATUS_EVERY_MS = 60_000;
const log = createLog("simulator");

await runUntilStopped(log, async () => {
  const config = readConfig(process.argv.slice(2));
  const simulator = createSimulator(config, {
    onCommand: ({ kind, target }) => log.info({ kind, ...target }, kind === "restore" ? "well again" : "simulating a failure"),
    onRefused: (device, reason) => log.warn({ device, reason }, "refused"),
  });
  simulator.start();
  process.on("message", (message) => answer(simulator, message));
  const timer = setInterval(() => log.info(simulator.status(), "simulating"), STATUS_EVERY_MS);
  log.info({ devices: config.devices.length, broker: `${config.host}:${config.port}` }, "simulating devices");
  return {
    async stop() {
      clearInterval(timer);
      await simulator.stop();
    },
  };
});

/** Throws `configuration` and says what is wrong with the file. */
function readConfig(argv: string[]): SimulatorConfig {
  const { values } = parseArgs({ args: argv, options: { config: { type: "string" }, seed: { type: "string" } } });
  const file = values.config;
  if (!file) throw new SallyportError("configuration", "The simulator needs --config FILE.", { hint: "npm run demo writes one and starts it." });
  try {
    const parsed = simulatorConfigSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return values.seed === undefined ? parsed : { ...parsed, seed: Number(values.seed) };
  } catch (error) {
    throw new SallyportError(
      "configuration",
      `${file} is no configuration of the simulator: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`,
    );
  }
}

function answer(simulator: Simulator, message: unknown): void {
  const request = requestSchema.safeParse(message);
  if (!request.success) return;
  const { id, type } = request.data;
  if (type === "status") process.send?.({ type: "status", id, status: simulator.status() });
  else {
    try {
      simulator.command(request.data.command);
      process.send?.({ type: "simulated", id });
    } catch (error) {
      process.send?.({ type: "refused", id, message: error instanceof Error ? error.message : String(error) });
    }
  }
}
