import { connectAsync, type MqttClient } from "mqtt";
import { liveTokenSchema } from "@/lib/domain/tokens/token-view";
import { parseTopic, topics } from "@/lib/protocol/topics";

/** A signed-in console without a browser: the cookies of one person at one address. */
export class ConsoleSession {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  /** Throws when the console does not answer (yet) or refuses. */
  async signIn(email: string, password: string): Promise<void> {
    const { csrfToken } = (await (await this.fetch("/api/auth/csrf")).json()) as { csrfToken: string };
    const form = new URLSearchParams({ csrfToken, email, password, json: "true" });
    await this.fetch("/api/auth/callback/credentials", { method: "POST", body: form });
    if (![...this.cookies.keys()].some((name) => name.endsWith("session-token"))) throw new Error("sign-in was refused");
  }

  /** As a browser tab does: a short-lived token, then MQTT over the console's own address. Settles with the first measurement. */
  async firstLivePoint(fleetId?: string): Promise<void> {
    const answer = await this.fetch(`/api/v1/live-token${fleetId ? `?fleet=${fleetId}` : ""}`, { method: "POST" });
    if (!answer.ok) throw new Error(`live-token answered ${answer.status}: ${await answer.text()}`);
    const live = liveTokenSchema.parse(await answer.json());
    const address = new URL(live.url, this.url.replace(/^http/, "ws")).href;
    const wire = await connectAsync(address, { username: live.username, password: live.token, clientId: live.clientId, clean: true, reconnectPeriod: 0 });
    try {
      await firstMeasurement(wire, live.fleetId);
    } finally {
      await wire.endAsync(true);
    }
  }

  get(path: string): Promise<Response> {
    return this.fetch(path);
  }

  private async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    // `sec-fetch-site` is what a browser would say of its own accord.
    const headers = { origin: this.url, "sec-fetch-site": "same-origin", cookie };
    const answer = await fetch(new URL(path, this.url), { ...init, headers, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      this.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return answer;
  }
}

function firstMeasurement(wire: MqttClient, fleetId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    wire.on("message", (topic, _, packet) => {
      const parsed = parseTopic(topic);
      if (parsed?.kind === "up" && parsed.what === "telemetry" && !packet.retain) resolve();
    });
    wire.on("close", () => reject(new Error("the live connection was closed")));
    wire.subscribeAsync(topics.telemetryOfAll(fleetId), { qos: 0 }).catch(reject);
  });
}
