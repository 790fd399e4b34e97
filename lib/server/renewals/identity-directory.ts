import type { Logger } from "@/lib/base/log";
import type { Database } from "../database/client";
import { listen } from "../database/notify";

/** Which fleet an enrolled identity key belongs to, in memory: no query per CONNECT. */
export interface IdentityDirectory {
  /** Undefined: nobody enrolled it. One that was replaced since is known until a restart: the worker looks again. */
  fleetOf(thumbprint: string): string | undefined;
  loaded: Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 500;
/** Transactions that began before the newest row that we have may commit after it. */
const OVERLAP_MS = 300_000;

export function openIdentityDirectory({ url, database, log }: { url: string; database: Pick<Database, "pool">; log: Logger }): IdentityDirectory {
  const fleets = new Map<string, string>();
  /** One string per fleet, however many devices it has. */
  const names = new Map<string, string>();
  let newest = 0;
  let reading: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let markLoaded = () => {};
  const loaded = new Promise<void>((resolve) => {
    markLoaded = resolve;
  });
  const read = async () => {
    const { rows } = await database.pool.query<{ thumbprint: string; fleet: string; at: Date }>(
      "select thumbprint, fleet_id as fleet, enrolled_at as at from device_identity where enrolled_at >= $1 order by enrolled_at",
      [new Date(Math.max(0, newest - OVERLAP_MS))],
    );
    for (const { thumbprint, fleet } of rows) {
      if (!names.has(fleet)) names.set(fleet, fleet);
      fleets.set(thumbprint, names.get(fleet) ?? fleet);
    }
    newest = rows.at(-1)?.at.getTime() ?? newest;
    markLoaded();
  };
  /** One at a time; what is heard of meanwhile is read after it. */
  const refresh = () => {
    if (closed) return;
    clearTimeout(retry);
    if (reading) {
      again = true;
      return;
    }
    reading = read()
      .catch((error: unknown) => {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot read identity keys, trying again");
        if (!closed) retry = setTimeout(refresh, RETRY_MS);
      })
      .finally(() => {
        reading = undefined;
        if (again) {
          again = false;
          refresh();
        }
      });
  };
  const listener = listen(url, { device_identity: refresh }, { log, onUp: refresh });
  return {
    loaded,
    fleetOf: (thumbprint) => fleets.get(thumbprint),
    async close() {
      closed = true;
      clearTimeout(retry);
      await listener.close();
      await reading;
    },
  };
}
