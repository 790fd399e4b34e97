import type { Clock } from "@/lib/base/clock";
import { type Env, publicUrl } from "@/lib/base/env";
import type { Logger } from "@/lib/base/log";
import type { BrokerStats } from "@/lib/domain/sessions/broker-stats";
import { LIMITS } from "@/lib/protocol/limits";
import { ClaimDesk } from "@/lib/server/claims/claim-desk";
import { openClaimDirectory } from "@/lib/server/claims/claim-directory";
import { CommandDesk } from "@/lib/server/commands/command-desk";
import { openDatabase } from "@/lib/server/database/client";
import { ensureMeasurementPartitions } from "@/lib/server/database/partitions";
import { KeyDesk } from "@/lib/server/encryption/key-desk";
import { openKeyRing } from "@/lib/server/encryption/key-ring";
import { RefusalRecorder } from "@/lib/server/refusals/recording";
import { openIdentityDirectory } from "@/lib/server/renewals/identity-directory";
import type { Secrets } from "@/lib/server/secrets";
import { SessionRecorder } from "@/lib/server/sessions";
import { Ingest } from "@/lib/server/telemetry/ingest";
import { ScopeUseRecorder } from "@/lib/server/tokens/scope-use";
import { openTokenAuthority } from "@/lib/server/tokens/token-authority";
import { type Broker, createBroker } from "./broker";
import { AddressLimit } from "./listeners/address-limit";
import { type Listening, listenOn } from "./listeners/listen-on";
import { tcpServer, tlsServer } from "./listeners/tcp";
import { followTls, type TlsPaths } from "./listeners/tls-context";
import { webSocketServer } from "./listeners/websocket";
import { ProductPolicy } from "./product-policy";

export interface ProductBroker {
  ports: { tcp: number; tls: number | null; ws: number };
  /** Keys, revocations and the run are there: clients are let in. */
  ready: Promise<void>;
  stats(): BrokerStats;
  stop(): Promise<void>;
}

export interface ProductBrokerOptions {
  env: Env;
  url: string;
  clock: Clock;
  log: Logger;
  /** Unwraps content keys. */
  secrets: Pick<Secrets, "unwrap">;
  /** Null: no TLS. */
  tls: TlsPaths | null;
  /** How often the certificate is looked at for a renewed one. */
  tlsLookEveryMs?: number;
}

/** Retained messages: presence of each device and summaries of each fleet. */
const MOST_RETAINED = 200_000;
const PARTITIONS_EVERY_MS = 3_600_000;

/** Puts the product's broker together: store, tokens, sessions and listeners around the guarded broker. */
export async function startProductBroker({ env, url, clock, log, secrets, tls, tlsLookEveryMs }: ProductBrokerOptions): Promise<ProductBroker> {
  const database = openDatabase(url, { connections: 3 });
  const authority = openTokenAuthority({ url, database, clock, log });
  const keys = openKeyRing({ url, database, secrets, log });
  const ingest = new Ingest({ url, log, keys, onFull: (full) => broker.flow.setFull(full) });
  const keyDesk = new KeyDesk({ database, ring: keys, reject: (...refusal) => ingest.reject(...refusal), clock, log });
  const commandDesk = new CommandDesk({ database, keys, reject: (...refusal) => ingest.reject(...refusal), clock, log });
  const claims = openClaimDirectory({ url, database, log });
  const identities = openIdentityDirectory({ url, database, log });
  const claimDesk = new ClaimDesk({ database, clock, log });
  const limit = new AddressLimit(env.MQTT_MAX_CONNECTIONS_PER_ADDRESS);
  const stats = (): BrokerStats => statsOf(broker, ingest, { recorder, refusals, limit });
  const recorder: SessionRecorder = new SessionRecorder({ node: env.BROKER_NODE, database, clock, log, stats });
  const refusals = new RefusalRecorder({ database, clock, log });
  const uses = new ScopeUseRecorder({ database, clock, log });
  const policy = new ProductPolicy({ authority, recorder, refusals, ingest, uses, keys, keyDesk, commandDesk, claims, claimDesk, identities, clock });
  const broker: Broker = await createBroker({ policy, log, store: { messages: LIMITS.queuedMessages, bytes: LIMITS.queuedBytes, retained: MOST_RETAINED } });

  authority.onRevoked(() => {
    const cut = broker.cut("TOKEN_REVOKED", ({ session }) => session.mustEnd());
    broker.store.forgetOwners((owner) => authority.isRevoked(owner));
    if (cut > 0) log.info({ connections: cut }, "cut connections of revoked tokens");
  });
  const listening = await openListeners({ env, tls, tlsLookEveryMs, limit, broker, log });
  const running = recorder.start();
  const partitions = keepPartitions(() => ensureMeasurementPartitions(database.pool, clock.now()), log);

  return {
    ports: { tcp: listening.tcp.port, tls: listening.tls?.port ?? null, ws: listening.ws.port },
    ready: Promise.all([authority.loaded, keys.loaded, claims.loaded, identities.loaded, running]).then(() => {}),
    stats,
    async stop() {
      policy.stopping = true;
      partitions.stop();
      // What was taken is committed and acknowledged first; nothing more is taken.
      broker.flow.setFull(true);
      await Promise.all([keyDesk.close(), commandDesk.close(), claimDesk.close()]);
      await ingest.close();
      await new Promise((resolve) => setImmediate(resolve));
      recorder.closing();
      const closed = [listening.tcp, listening.tls, listening.ws].map((listener) => listener?.close());
      await broker.close();
      await Promise.all(closed);
      await Promise.all([recorder.close(), refusals.close()]);
      await uses.close();
      await authority.close();
      await Promise.all([keys.close(), claims.close(), identities.close()]);
      await database.close();
    },
  };
}

type ListenersOptions = Pick<ProductBrokerOptions, "env" | "tls" | "tlsLookEveryMs" | "log"> & { limit: AddressLimit; broker: Broker };

async function openListeners({ env, tls, tlsLookEveryMs, limit, broker, log }: ListenersOptions) {
  const opened: Listening[] = [];
  const open = async (...where: Parameters<typeof listenOn>) => {
    const listening = await listenOn(...where);
    opened.push(listening);
    return listening;
  };
  const tlsDoor = (paths: TlsPaths) => {
    const server = tlsServer(broker.receive, limit, paths);
    followTls(server, paths, { log, everyMs: tlsLookEveryMs });
    return server;
  };
  try {
    const webSockets = webSocketServer({
      receive: broker.receive,
      limit,
      publicUrl: publicUrl(env),
      trustProxy: env.SALLYPORT_TRUST_PROXY,
      onRefused: (_address, reason) => broker.refused(reason),
    });
    return {
      tcp: await open(tcpServer(broker.receive, limit), { host: env.MQTT_HOST, port: env.MQTT_PORT, variable: "MQTT_PORT" }),
      tls: tls && (await open(tlsDoor(tls), { host: env.MQTTS_HOST, port: env.MQTTS_PORT, variable: "MQTTS_PORT" })),
      ws: await open(webSockets, { host: env.MQTT_WS_HOST, port: env.MQTT_WS_PORT, variable: "MQTT_WS_PORT" }),
    };
  } catch (error) {
    await Promise.all(opened.map((listening) => listening.close()));
    throw error;
  }
}

/** Without them measurements go to the default partition: worth another try, never worth stopping. */
function keepPartitions(ensure: () => Promise<void>, log: Logger): { stop(): void } {
  const run = () => void ensure().catch((error: Error) => log.warn({ error: error.message }, "cannot make partitions ahead"));
  run();
  const timer = setInterval(run, PARTITIONS_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

interface Counting {
  recorder: SessionRecorder;
  refusals: RefusalRecorder;
  limit: AddressLimit;
}

function statsOf(broker: Broker, ingest: Ingest, { recorder, refusals, limit }: Counting): BrokerStats {
  const { refused, delivered, droppedForSlowSubscribers } = broker.counts;
  const tooMany: [string, number][] = limit.refused > 0 ? [["too_many_connections", limit.refused]] : [];
  const rejected = Object.values(ingest.counts.rejectedByReason).reduce((sum, count) => sum + count, 0);
  return {
    sessions: recorder.counts(),
    refused: Object.fromEntries([...refused, ...tooMany]),
    refusals: refusals.stats,
    messages: {
      received: ingest.counts.stored + rejected + ingest.queuedMessages,
      stored: ingest.counts.stored,
      rejectedByReason: { ...ingest.counts.rejectedByReason },
      delivered,
      droppedForSlowSubscribers,
      droppedFromQueues: broker.store.droppedFromQueues,
    },
    ingest: {
      queuedMessages: ingest.queuedMessages,
      queuedBytes: ingest.queuedBytes,
      heldBytes: broker.flow.heldBytes,
      storeUp: ingest.storeUp,
      commits: ingest.counts.commits,
      commitMilliseconds: ingest.counts.commitMilliseconds,
    },
    memoryBytes: process.memoryUsage.rss(),
  };
}
