import type { Clock } from "@/lib/base/clock";
import type { Env } from "@/lib/base/env";
import type { Logger } from "@/lib/base/log";
import { topicOfRoutingKey } from "@/lib/domain/tokens/rabbitmq";
import { ClaimDesk } from "@/lib/server/claims/claim-desk";
import { CommandDesk } from "@/lib/server/commands/command-desk";
import { openDatabase } from "@/lib/server/database/client";
import { KeyDesk } from "@/lib/server/encryption/key-desk";
import { openKeyRing } from "@/lib/server/encryption/key-ring";
import type { Secrets } from "@/lib/server/secrets";
import { writeLastSeen } from "@/lib/server/sessions/write-last-seen";
import { DeviceFleets } from "@/lib/server/telemetry/device-fleets";
import { Ingest } from "@/lib/server/telemetry/ingest";
import { openQueueLink } from "./queue-link";
import { Reception } from "./reception";
import { watchSessions } from "./session-watch";

/** Unacknowledged messages on their way. A message has up to 256 KiB (`max_message_size`), and all of them must fit into memory. */
const PREFETCH = 1_000;
const SEEN_MS = 1_000;

interface IngestOptions {
  env: Pick<Env, "RABBITMQ_AMQP_URL" | "RABBITMQ_MANAGEMENT_URL">;
  url: string;
  clock: Clock;
  log: Logger;
  /** Unwraps content keys. */
  secrets: Pick<Secrets, "unwrap">;
}

/**
 * Stores what devices publish at RabbitMQ. A message leaves the queue once it is committed, as measurements or as rejected: while
 * Postgres is away, or this process is, it waits there.
 */
export function startIngest({ env, url, clock, log, secrets }: IngestOptions): { stop(): Promise<void> } {
  const database = openDatabase(url, { connections: 3 });
  const keys = openKeyRing({ url, database, secrets, log });
  // Bounded by the prefetch, hence never full.
  const ingest = new Ingest({ url, log, keys, onFull: () => {} });
  const keyDesk = new KeyDesk({ database, ring: keys, reject: (...refusal) => ingest.reject(...refusal), clock, log });
  const commandDesk = new CommandDesk({ database, keys, reject: (...refusal) => ingest.reject(...refusal), clock, log });
  const claimDesk = new ClaimDesk({ database, clock, log });
  const reception = new Reception({ ingest, keyDesk, commandDesk, claimDesk, fleets: new DeviceFleets(database.pool), log });
  const link = openQueueLink({
    urls: env.RABBITMQ_AMQP_URL,
    prefetch: PREFETCH,
    log,
    // Before the keys are there nothing sealed could be opened.
    ready: keys.loaded,
    onDelivery: ({ routingKey, payload, settle }) =>
      reception.receive({ topic: topicOfRoutingKey(routingKey), payload, receivedAt: clock.now().getTime(), settle }),
  });
  // Presence needs both: events of what comes and goes, and the list of what is there.
  const watch =
    env.RABBITMQ_MANAGEMENT_URL.length > 0
      ? watchSessions({ urls: env.RABBITMQ_AMQP_URL, managementUrls: env.RABBITMQ_MANAGEMENT_URL, database, clock, log })
      : undefined;
  // A Postgres that is away is told by the ingest; newer times win, the rest is written with the next ones.
  const writeSeen = () => reception.takeSeen((seen) => writeLastSeen(database.pool, seen)).catch(() => {});
  const timer = setInterval(() => void writeSeen(), SEEN_MS);
  return {
    async stop() {
      await watch?.stop();
      await link.pause();
      await reception.close();
      await Promise.all([keyDesk.close(), commandDesk.close(), claimDesk.close()]);
      await ingest.close();
      await link.close();
      clearInterval(timer);
      await writeSeen();
      await keys.close();
      await database.close();
    },
  };
}
