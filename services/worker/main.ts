import { systemClock } from "@/lib/base/clock";
import { runService } from "../child";
import { startWorker } from "./start-worker";

await runService("worker", ({ env, log }) => startWorker({ env, log, clock: systemClock }));
