import { Aedes } from "aedes";
import type { Logger } from "@/lib/base/log";
import { LIMITS } from "@/lib/protocol/limits";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { connectionOf, prepareClient } from "./aedes-seams";
import { Connection } from "./connection";
import { FanOut } from "./fan-out";
import { Flow } from "./flow";
import { writeConnect } from "./mqtt/connect-packet";
import type { Policy, Refusal } from "./policy";
import { type Arrival, type Caller, Reception } from "./reception";
import { createRights } from "./rights";
import { SessionStore } from "./session-store";

export interface BrokerOptions {
  policy: Policy;
  log: Logger;
  /** Bounds of what is kept for absent subscribers, and of retained messages. */
  store: { messages: number; bytes: number; retained: number };
}

export interface Broker {
  /** Takes a new connection of any transport. */
  receive(caller: Caller): void;
  readonly flow: Flow;
  readonly store: SessionStore;
  readonly counts: { delivered: number; droppedForSlowSubscribers: number; refused: Map<string, number> };
  /** Counts a caller that was turned away before it reached us. */
  refused(reason: string): void;
  /** Ends the connections of sessions that `which` names. Answers how many. */
  cut(reason: DisconnectReason, which: (connection: Connection) => boolean): number;
  /** Ends everything. Wills are not published. */
  close(): Promise<void>;
}

const TICK_MS = 250;
/** A tick that comes later than this says that the process itself was away. */
const GAP_MS = 2_000;
const NEVER_MS = 24 * 3_600_000;

/** aedes behind the guard: the same for the product and for the conformance door, which differ in their policy only. */
export async function createBroker({ policy, log, store: bounds }: BrokerOptions): Promise<Broker> {
  const flow = new Flow();
  const store = new SessionStore(bounds);
  const counts = { delivered: 0, droppedForSlowSubscribers: 0, refused: new Map<string, number>() };
  const connections = new Map<string, Connection>();
  const refused = (reason: string) => void counts.refused.set(reason, (counts.refused.get(reason) ?? 0) + 1);

  const aedes = await Aedes.createBroker({
    concurrency: 0,
    mq: new FanOut(),
    persistence: store,
    heartbeatInterval: NEVER_MS / 4,
    connectTimeout: NEVER_MS,
    drainTimeout: NEVER_MS,
    // Of each only its id is kept (SessionStore), and MQTT 3.1.1 cannot tell a client to slow down.
    maxInflightInbound: 20_000,
    maxClientsIdLength: 65_535,
    keepaliveLimit: 0,
    ...createRights(store, counts),
  });
  aedes.on("connackSent", ({ returnCode }, client) => {
    if (returnCode === 0) connectionOf(client).open();
  });
  // Why a connection ended is told by the connection itself; these keep errors from being uncaught.
  aedes.on("clientError", (client, error) => log.debug({ clientId: client.id, error: error.message }, "connection ended with an error"));
  aedes.on("connectionError", (_client, error) => log.debug({ error: error.message }, "connection failed"));
  Reflect.apply(aedes.on, aedes, ["error", (error: Error) => log.error({ err: error }, "broker error")]);

  const admit = ({ socket, transport, address, connect, framer }: Arrival): Refusal | undefined => {
    const admission = policy.connect({ ...connect, transport, address });
    if ("refused" in admission) return admission;
    const { clientId, owner } = admission;
    const older = connections.get(clientId);
    if (older && !older.ending) admission.takesOver(older.session);
    older?.cut("DUPLICATE_CLIENTID"); // MQTT-3.1.4-2
    const { present, nextId } = store.begin(clientId, { clean: connect.clean, owner });
    const onViolation = ({ code }: { code: string }) => refused(code);
    const options = {
      session: admission,
      framer,
      keepAliveSeconds: connect.keepAliveSeconds,
      sessionPresent: present && connect.version === 4,
      flow,
      onViolation,
    };
    const connection = new Connection(socket, writeConnect(connect, clientId), options);
    framer.limit = LIMITS.packetBytes;
    socket.emit("admitted");
    connections.set(clientId, connection);
    connection.on("close", () => {
      if (connections.get(clientId) === connection) connections.delete(clientId);
    });
    prepareClient(aedes.handle(connection), nextId);
    return undefined;
  };
  const reception = new Reception({
    admit,
    onTurnedAway: ({ transport, address, connect }, reason) => policy.turnedAway({ ...connect, transport, address }, reason),
    onRefused({ address, transport }, reason) {
      refused(reason);
      log.debug({ address, transport, reason }, "connection refused");
    },
  });

  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const gap = now - last > GAP_MS ? now - last : 0;
    last = now;
    if (gap === 0) reception.tick(now);
    for (const connection of connections.values()) connection.tick(now, Date.now(), gap);
  }, TICK_MS);

  return {
    flow,
    store,
    counts,
    receive: (caller) => reception.receive(caller),
    refused,
    cut(reason, which) {
      const doomed = [...connections.values()].filter(which);
      for (const connection of doomed) connection.cut(reason);
      return doomed.length;
    },
    async close() {
      clearInterval(timer);
      reception.closeAll();
      for (const connection of connections.values()) connection.cut("SERVER_INITIATED_DISCONNECT");
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
