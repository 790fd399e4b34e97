import type { Env } from "@/lib/base/env";
import type { Database } from "@/lib/server/database/client";
import type { Secrets } from "@/lib/server/secrets";
import { prepareDemo } from "@/services/demo/prepare-demo";
import { deviceEnv } from "./child-env";
import type { Part } from "./keep-running";
import { type ChildContext, servicePart } from "./parts";
import type { Progress } from "./progress";

interface DemoContext {
  env: Env;
  database: Database;
  secrets: Secrets;
  fleetId: string;
  devices: number;
  progress: Progress;
  children: ChildContext;
}

/** Seeds the demo fleet as far as needed; answers with the simulated fleet and the agent that reports this very machine. */
export async function demoParts({ progress, children, ...demo }: DemoContext): Promise<Part[]> {
  const { simulatorArgs, agentArgs } = await progress.step(`Demo fleet of ${demo.devices} devices`, (report) =>
    prepareDemo({ ...demo, onProgress: ({ step, done, total }) => report(`${step} ${done}/${total}`) }),
  );
  const devices = { ...children, childEnv: deviceEnv() };
  return [servicePart("simulator", "device/simulator/main.ts", devices, simulatorArgs), servicePart("agent", "device/agent/main.ts", devices, agentArgs)];
}
