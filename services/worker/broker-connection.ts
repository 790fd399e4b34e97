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
  await connected(client);
  const waiting = new Set<(error: Error) => void>();
  const ended = new Promise<void>((resolve) => {
    client.once("close", () => {
      for (const reject of waiting) reject(new Error("The connection to the broker is gone."));
      waiting.clear();
      resolve();
    });
  });
  client.on("error", (error) => log.warn({ err: error }, "broker connection failed"));
  return {
    ended,
    publish: (topic, payload, retain) => publishOnce(client, waiting, topic, payload, retain),
    close: async () => {
      if (client.connected) await client.endAsync().catch(() => {});
      else await client.endAsync(true).catch(() => {});
    },
  };
}

async function connected(client: MqttClient): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new Error("The broker closed the connection.")));
    });
  } catch (error) {
    client.on("error", () => {});
    await client.endAsync(true).catch(() => {});
    throw error;
  } finally {
    client.removeAllListeners("connect");
    client.removeAllListeners("close");
    client.removeAllListeners("error");
  }
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
