import type { Logger } from "@/lib/base/log";
import { type Delivery, openQueueConnection, type QueueConnection } from "./queue-connection";

export interface QueueLink {
  /** No further deliveries; what was delivered can still be settled. */
  pause(): Promise<void>;
  /** After the last message was settled. */
  close(): Promise<void>;
}

export interface QueueLinkOptions {
  /** Nodes of one cluster, tried in turn. */
  urls: readonly string[];
  prefetch: number;
  log: Logger;
  /** Nothing is read before. */
  ready: Promise<void>;
  onDelivery: (delivery: Delivery) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Reads the queue for ever: when a connection ends, the next node is asked, with a growing pause while none answers. */
export function openQueueLink({ urls, prefetch, log, ready, onDelivery }: QueueLinkOptions): QueueLink {
  let current: QueueConnection | undefined;
  let stopped = false;
  let pause = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  let turn = 0;

  const later = (ms: number) => {
    if (!stopped) timer = setTimeout(() => void dial(), ms);
  };
  const dial = async () => {
    const url = urls[turn++ % urls.length] ?? "";
    const node = new URL(url).host;
    try {
      const fresh = await openQueueConnection(url, { prefetch, onDelivery });
      if (stopped) return await fresh.close();
      current = fresh;
      pause = FIRST_PAUSE_MS;
      log.info({ node }, "reading the queue");
      await fresh.ended;
      current = undefined;
      if (stopped) return;
      log.warn({ node }, "the connection to RabbitMQ ended");
      // Everything of it comes again. What is being stored is waited for, so that memory stays within one prefetch.
      await fresh.idle();
      later(FIRST_PAUSE_MS);
    } catch (error) {
      log[pause === FIRST_PAUSE_MS ? "warn" : "debug"](
        { node, error: error instanceof Error ? error.message : String(error) },
        "cannot read the queue, trying again",
      );
      later(pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  };
  void ready.then(() => later(0));

  return {
    async pause() {
      stopped = true;
      clearTimeout(timer);
      await current?.pause();
    },
    async close() {
      await current?.close();
    },
  };
}
