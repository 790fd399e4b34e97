import { Client } from "pg";
import type { Logger } from "@/lib/base/log";

export interface Leadership {
  /** True while this worker is the one that publishes. */
  leads(): boolean;
  stop(): Promise<void>;
}

const TRY_EVERY_MS = 1_000;

/**
 * At most one worker publishes: two would overwrite each other's retained messages with older ones. The lock belongs to a
 * connection of its own; when that breaks or the process dies, Postgres gives it to another. `onGain` runs each time.
 */
export function seekLeadership(url: string, { log, onGain }: { log: Logger; onGain: () => void }): Leadership {
  let client: Client | undefined;
  let leading = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const drop = () => {
    if (leading) log.info("another worker may publish now");
    leading = false;
    client?.removeAllListeners("end");
    client = undefined;
    again();
  };
  const again = () => {
    if (!stopped) timer = setTimeout(() => void attempt(), TRY_EVERY_MS);
  };
  const attempt = async () => {
    try {
      if (!client) {
        const fresh = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
        fresh.on("error", () => {});
        fresh.on("end", drop);
        client = fresh;
        await fresh.connect();
      }
      const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock(hashtext('sallyport.publisher')) as locked");
      if (stopped || !rows[0]?.locked) return again();
      leading = true;
      log.info("this worker publishes");
      onGain();
    } catch (error) {
      log.warn({ err: error }, "cannot ask for the publisher's lock, trying again");
      const broken = client;
      client = undefined;
      broken?.removeAllListeners("end");
      await broken?.end().catch(() => {});
      again();
    }
  };
  void attempt();

  return {
    leads: () => leading,
    async stop() {
      stopped = true;
      leading = false;
      clearTimeout(timer);
      client?.removeAllListeners("end");
      await client?.end().catch(() => {});
    },
  };
}
