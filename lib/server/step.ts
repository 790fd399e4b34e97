import type { Logger } from "@/lib/base/log";
import type { Context } from "./context";

/** What the worker's steps are called with: no actor and no fleet, they serve all fleets and decide nothing for a person. */
export interface StepContext extends Pick<Context, "database" | "clock"> {
  log: Logger;
}
