import { Client } from "pg";
import type { Logger } from "@/lib/base/log";

/** LISTEN / NOTIFY channels. A notification is a hint to look now, never the only carrier: each listener also looks by itself. */
export const CHANNELS = {
  /** What makes tokens hold or not: ids that were just revoked, a cut-off, a new or a retired signing key (JSON). Anything else: read all again. */
  tokenRevoked: "token_revoked",
  /** New rows in session_event or broker_run. */
  sessionEvent: "session_event",
  /** New rows in outbox or delivery. */
  outbox: "outbox",
  /** A device whose keys or policy changed; empty: any of them. Sent by triggers (by_hand migration). */
  contentKey: "content_key",
  /** A claim that was made or removed (its id). */
  claim: "claim",
  /** Identity keys that were enrolled. Sent by a trigger (by_hand migration). */
  identity: "device_identity",
} as const;
export type Channel = (typeof CHANNELS)[keyof typeof CHANNELS];

export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens on a connection of its own and reconnects for ever. `onUp` runs after each (re)connection: what was missed while
 * away must be read from the tables there.
 */
export function listen(url: string, handlers: Partial<Record<Channel, (payload: string) => void>>, options: { log: Logger; onUp?: () => void }): Listener {
  let closed = false;
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void open();
    }, 500);
  };
  const open = async () => {
    const fresh = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
    client = fresh;
    fresh.on("error", () => {});
    fresh.on("end", again);
    fresh.on("notification", ({ channel, payload }) => handlers[channel as Channel]?.(payload ?? ""));
    try {
      await fresh.connect();
      for (const channel of Object.keys(handlers)) await fresh.query(`listen ${channel}`);
      options.onUp?.();
    } catch (error) {
      options.log.warn({ error: error instanceof Error ? error.message : String(error) }, "cannot listen to Postgres, trying again");
      await fresh.end().catch(() => {});
      again();
    }
  };
  void open();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
