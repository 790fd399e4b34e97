import { connect } from "amqplib";
import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import { type RabbitmqEvent, readRabbitmqEvent } from "@/lib/domain/sessions/rabbitmq-event";
import { listRabbitmqConnections } from "@/lib/server/broker-hooks/rabbitmq-connections";
import type { Database } from "@/lib/server/database/client";
import { SessionRecorder } from "@/lib/server/sessions";
import { SessionBook } from "./session-book";

/** Exclusive: of several ingests one watches, and another takes over when its connection ends. */
const QUEUE = "sallyport.sessions";
const EXCHANGE = "amq.rabbitmq.event";
const AGAIN_MS = 5_000;
const HEARTBEAT_SECONDS = 10;

interface SessionWatchOptions {
  /** AMQP and management addresses of the nodes of one cluster. */
  urls: readonly string[];
  managementUrls: readonly string[];
  database: Database;
  clock: Clock;
  log: Logger;
}

/**
 * Records the connections of devices at RabbitMQ as sessions, for presence. One watch is one run: what was missed while nobody
 * watched is found in the list of open connections when the next one begins.
 */
export function watchSessions(options: SessionWatchOptions): { stop(): Promise<void> } {
  let stopped = false;
  let wake = () => {};
  let current: Watch | undefined;
  const loop = async () => {
    for (let turn = 0; !stopped; turn++) {
      try {
        current = await beginWatch(options, options.urls[turn % options.urls.length] ?? "");
        await current.ended;
        if (!stopped) options.log.warn("the watch over RabbitMQ's sessions ended");
      } catch (error) {
        options.log[turn === 0 ? "warn" : "debug"](
          { error: error instanceof Error ? error.message : String(error) },
          "cannot watch RabbitMQ's sessions (plugin rabbitmq_event_exchange, rights on sallyport.sessions, or another ingest watches), trying again",
        );
      }
      await current?.close();
      current = undefined;
      if (!stopped)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, AGAIN_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
    }
  };
  const running = loop();
  return {
    async stop() {
      stopped = true;
      wake();
      await current?.close();
      await running;
    },
  };
}

interface Watch {
  ended: Promise<void>;
  close(): Promise<void>;
}

async function beginWatch({ managementUrls, database, clock, log }: SessionWatchOptions, address: string): Promise<Watch> {
  const url = new URL(address);
  url.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  const connection = await connect(url.href, { timeout: AGAIN_MS * 2, clientProperties: { connection_name: "Sallyport sessions" } });
  connection.on("error", () => {});
  let open = true;
  const ended = new Promise<void>((resolve) => {
    connection.once("close", () => {
      open = false;
      resolve();
    });
  });
  const leave = async () => {
    if (open) await connection.close().catch(() => {});
  };
  const recorder = new SessionRecorder({ node: "rabbitmq", database, clock, log, stats: () => null });
  try {
    const channel = await connection.createChannel();
    channel.on("error", () => {});
    channel.once("close", () => void leave());
    await channel.assertQueue(QUEUE, { exclusive: true, durable: false });
    for (const key of ["connection.created", "connection.closed"]) await channel.bindQueue(QUEUE, EXCHANGE, key);
    await recorder.start();
    const book = new SessionBook({ recorder, database, clock });
    // One after the other, in the order in which RabbitMQ told: a database that is away ends the watch, and the next one lists anew.
    let last = Promise.resolve();
    const inTurn = (work: () => Promise<void>) => {
      last = last.then(work).catch((error: unknown) => {
        log.warn({ error: error instanceof Error ? error.message : String(error) }, "a session at RabbitMQ could not be looked up");
        return leave();
      });
    };
    const take = (event: RabbitmqEvent) => inTurn(() => book.take(event));
    await channel.consume(
      QUEUE,
      (message) => {
        const event = message && readRabbitmqEvent(message.fields.routingKey, message.properties.headers ?? {});
        if (event) take(event);
      },
      { noAck: true },
    );
    const list = () => inTurn(async () => book.found(await listRabbitmqConnections(managementUrls)));
    list();
    // Those that had no client id yet when we looked first.
    const again = setTimeout(list, AGAIN_MS * 2);
    log.info({ node: url.host }, "watching the sessions of RabbitMQ");
    return {
      ended,
      async close() {
        clearTimeout(again);
        await leave();
        await last;
        await recorder.close();
      },
    };
  } catch (error) {
    await leave();
    await recorder.close();
    throw error;
  }
}
