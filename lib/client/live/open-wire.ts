import type { MqttClient } from "mqtt";
import type { OpenWire, Wire, WireEvents } from "./wire";

/**
 * MQTT over WebSocket by mqtt.js, loaded when first needed: it weighs more than React. Version 4 is MQTT 3.1.1. It never
 * reconnects by itself: each connection needs a token of its own (link.ts).
 */
export const openWire: OpenWire = async (token, events) => {
  const { default: mqtt } = await import("mqtt");
  const client = mqtt.connect(socketAddress(token.url), {
    protocolVersion: 4,
    clean: true,
    clientId: token.clientId,
    username: token.username,
    password: token.token,
    keepalive: 30,
    connectTimeout: 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    // "auto" starts a worker from a blob: address, which a content security policy would have to allow.
    timerVariant: "native",
  });
  await opened(client);
  return follow(client, events);
};

/** `LIVE_URL` is a path on this origin, or a full address. */
function socketAddress(url: string): string {
  return url.startsWith("/") ? `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${url}` : url;
}

function opened(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error?: unknown) => {
      client.end(true);
      reject(error instanceof Error ? error : new Error("The broker closed the connection."));
    };
    client.once("connect", () => {
      client.removeListener("error", fail);
      client.removeListener("close", fail);
      resolve();
    });
    client.once("error", fail);
    client.once("close", fail);
  });
}

function follow(client: MqttClient, events: WireEvents): Wire {
  let over = false;
  const lose = () => {
    if (over) return;
    over = true;
    client.end(true);
    events.onLost();
  };
  client.on("message", (topic, payload) => events.onMessage(topic, payload));
  client.on("packetreceive", () => events.onActivity());
  client.on("close", lose);
  client.on("error", lose);
  return {
    subscribe: (filters) => subscribe(client, filters),
    unsubscribe: (filters) => {
      if (!over && filters.length > 0) client.unsubscribe([...filters]);
    },
    probe: () => {
      if (!over) client.sendPing();
    },
    end: () => {
      over = true;
      client.end();
    },
  };
}

function subscribe(client: MqttClient, filters: readonly string[]): Promise<void> {
  if (filters.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The broker did not confirm the subscriptions.")), 10_000);
    client.subscribe([...filters], { qos: 0 }, (error, granted) => {
      clearTimeout(timer);
      const refused = granted?.find(({ qos }) => qos === 128);
      if (error) reject(error);
      else if (refused) reject(new Error(`The broker refused ${refused.topic}.`));
      else resolve();
    });
  });
}
