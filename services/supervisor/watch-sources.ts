import { watch } from "node:fs";
import path from "node:path";
import type { Logger } from "@/lib/base/log";
import type { House } from "./house";
import { ROOT } from "./root";

const WATCHED = ["lib", "services/broker", "services/worker", "services/ingest"];
/** Editors and formatters write several times. */
const QUIET_MS = 300;

/** `npm run dev`: broker, worker and ingest start afresh when their sources change. Next looks after its own. */
export function watchSources(house: House, log: Logger): void {
  let timer: NodeJS.Timeout | undefined;
  for (const folder of WATCHED)
    watch(path.join(ROOT, folder), { recursive: true, signal: house.signal }, (_, file) => {
      if (!file || !/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        log.warn(`${folder}/${file} changed, starting broker, worker and ingest afresh`);
        void house.restart(["broker", "worker", "ingest"]);
      }, QUIET_MS);
    }).on("error", (error) => log.warn({ err: error }, `cannot watch ${folder}`));
}
