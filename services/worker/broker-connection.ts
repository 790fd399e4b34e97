import { connect, type MqttClient } from "mqtt";
import type { Logger } from "@/lib/base/log";
import type { ServiceCredentials } from "@/lib/server/tokens/index";

/** One connection to the broker, from CONNACK to its end. */
export interface BrokerConnection {
  publish(topic: string, payload: string, retain: boolean): Promise<void>;
  /** Resolves when it is over, for whatever reason. */
  ended: Promise<void>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const PUBACK_TIMEOUT_MS = 15_000;

/** Connects once; rejects when the broker is away or refuses. Reconnecting is the caller's: the token may have to be another. */
export async function openBrokerConnection(url: string, credentials: ServiceCredentials, log: Logger): Promise<BrokerConnection> {
  const client = connect(url, {
    protocolVersion: 4,
    clientId: credentials.clientId,
    username: credentials.username,
    password: credentials.token,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
  });
  // From the first moment to the last: an `error` that nobody hears would end the process.
  client.on("error", (error) => log.debug({ err: error }, "broker connection"));
  const waiting = new Set<(error: Error) => void>();
  const ended = new Promise<void>((resolve) => {
    client.once("close", () => {
      for (const reject of waiting) reject(new Error("The connection to the broker is gone."));
      waiting.clear();
      resolve();
    });
  });
  try {
    await Promise.race([accepted(client), ended.then(refused)]);
  } catch (error) {
    await client.endAsync(true).catch(() => {});
    throw error;
  }
  return {
    ended,
    publish: (topic, payload, retain) => publishOnce(client, waiting, topic, payload, retain),
    close: async () => {
      await client.endAsync(!client.connected).catch(() => {});
    },
  };
}

function accepted(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
  });
}

function refused(): never {
  throw new Error("The broker closed the connection.");
}

/** Resolves with the PUBACK. A connection that ends, or a PUBACK that does not come, rejects: the outbox tries again. */
function publishOnce(client: MqttClient, waiting: Set<(error: Error) => void>, topic: string, payload: string, retain: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!client.connected) return reject(new Error("Not connected to the broker."));
    const settle = (error?: Error | null) => {
      clearTimeout(timer);
      waiting.delete(settle);
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => {
      settle(new Error(`No PUBACK within ${PUBACK_TIMEOUT_MS / 1000} s.`));
      client.end(true); // Half-open or stuck: a new connection is better than a queue.
    }, PUBACK_TIMEOUT_MS);
    waiting.add(settle);
    client.publish(topic, payload, { qos: 1, retain }, (error) => settle(error));
  });
}
