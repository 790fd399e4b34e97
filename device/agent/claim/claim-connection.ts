import mqtt, { type MqttClient } from "mqtt";
import { type ClaimDown, claimDownSchema } from "@/lib/protocol/claim";
import { type ConnectionFailure, describeFailure } from "../connection/failure";
import type { BrokerAddress } from "../connection/uplink";
import type { ClaimEvent } from "./claim-machine";

const CONNECT_TIMEOUT_MS = 10_000;

/** One connection of somebody who has no token: by a claim code, or by a pass that the identity key signed. It does not reconnect. */
export function openClient({ host, port, tls }: BrokerAddress, password: string, applicant: string): MqttClient {
  return mqtt.connect({
    protocol: tls ? "mqtts" : "mqtt",
    host,
    port,
    ...(typeof tls === "object" && { ca: tls.ca, servername: tls.serverName }),
    protocolVersion: 4,
    clientId: "",
    clean: true,
    username: applicant,
    password,
    keepalive: 30,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
  });
}

interface Wiring {
  topic: string;
  hasToken: () => boolean;
  on: (event: ClaimEvent, down?: ClaimDown) => void;
  lost: (failure: ConnectionFailure) => void;
}

/** Makes events of what happens on the connection; `connected` comes once it can hear the answers. */
export function wire(client: MqttClient, { topic, hasToken, on, lost }: Wiring): void {
  let error: unknown;
  const keepFirst = (thrown: unknown) => {
    error ??= thrown;
  };
  client.on("error", keepFirst);
  client.stream.on("error", keepFirst);
  client.on("connect", () => client.subscribe(topic, { qos: 1 }, () => on({ is: "connected", hasToken: hasToken() })));
  client.on("close", () => lost(describeFailure(error, { expiresAt: undefined, now: Date.now() })));
  client.on("message", (_topic, payload) => {
    const down = readDown(payload);
    if (down) on(eventOf(down), down);
  });
}

export function readDown(payload: Uint8Array): ClaimDown | undefined {
  try {
    return claimDownSchema.safeParse(JSON.parse(Buffer.from(payload).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

export function eventOf(down: ClaimDown): ClaimEvent {
  if ("refused" in down) return { is: "refused", code: down.refused.code };
  if ("challenge" in down) return { is: "challenge" };
  if ("waiting" in down) return { is: "waiting" };
  return "provisioned" in down ? { is: "provisioned" } : { is: "done" };
}
