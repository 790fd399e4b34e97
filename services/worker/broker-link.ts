import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import type { Publisher } from "@/lib/server/live/index";
import type { ServiceCredentials } from "@/lib/server/tokens/index";
import { type BrokerConnection, openBrokerConnection } from "./broker-connection";

export interface BrokerLink extends Publisher {
  connected(): boolean;
  stop(): Promise<void>;
}

export interface BrokerLinkOptions {
  /** Nodes of one cluster are tried in turn; the embedded broker is the only one. */
  urls: readonly string[];
  clock: Clock;
  log: Logger;
  /** Asked for at the start, before a token ends, and after a refusal. */
  mint(): Promise<ServiceCredentials>;
  /** After each connection: the broker may have forgotten everything. */
  onConnect(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A token is replaced when this share of its life is over, by a new connection made before the old one is closed. */
const RENEW_AT = 0.8;

/** Stays connected to the broker: reconnects for ever with a growing pause, and with a fresh token in time. */
export function openBrokerLink(options: BrokerLinkOptions): BrokerLink {
  const { urls, clock, log, mint, onConnect } = options;
  let current: BrokerConnection | undefined;
  let credentials: ServiceCredentials | undefined;
  let stopped = false;
  let pause = FIRST_PAUSE_MS;
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  const later = (ms: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void dial(), ms);
  };
  const dial = async () => {
    try {
      credentials ??= await mint();
      const fresh = await openBrokerConnection(urls[turn % urls.length] ?? "", credentials, log);
      if (stopped) return await fresh.close();
      const old = current;
      current = fresh;
      pause = FIRST_PAUSE_MS;
      renewBefore(credentials.expiresAt);
      fresh.ended.then(() => {
        if (current !== fresh) return;
        current = undefined;
        turn++;
        log.warn("the connection to the broker ended");
        later(FIRST_PAUSE_MS);
      });
      log.info("connected to the broker");
      onConnect();
      await old?.close();
    } catch (error) {
      // Whatever was wrong (broker away, key replaced, token revoked), the next try brings a token of its own.
      credentials = undefined;
      turn++;
      log[pause === FIRST_PAUSE_MS ? "warn" : "debug"]({ err: error }, "cannot connect to the broker, trying again");
      later(pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  };
  const renewBefore = (expiresAt: Date) => {
    clearTimeout(renewal);
    const life = expiresAt.getTime() - clock.now().getTime();
    renewal = setTimeout(
      () => {
        credentials = undefined;
        void dial();
      },
      Math.max(1_000, life * RENEW_AT),
    );
  };
  void dial();

  return {
    connected: () => current !== undefined,
    async publish(topic, payload, { retain = false } = {}) {
      if (!current) throw new Error("Not connected to the broker.");
      await current.publish(topic, payload, retain);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(renewal);
      const last = current;
      current = undefined;
      await last?.close();
    },
  };
}
