import { type LiveAlert, type LiveEvent, type LiveSummary, liveAlertSchema, liveEventSchema, liveSummarySchema } from "@/lib/protocol/live";
import { type PresenceMessage, presenceMessageSchema } from "@/lib/protocol/presence";
import { parseTelemetry, type Reading } from "@/lib/protocol/telemetry";
import { parseTopic } from "@/lib/protocol/topics";

/** What arrives over the live link, understood. */
export type LiveMessage =
  | { kind: "presence"; presence: PresenceMessage }
  | { kind: "summary"; summary: LiveSummary }
  | { kind: "event"; event: LiveEvent }
  | { kind: "alert"; alert: LiveAlert }
  | { kind: "telemetry"; device: string; readings: readonly Reading[] };

/** Undefined for topics and payloads that this version does not know: they are left out, never an error. */
export function readMessage(topic: string, payload: Uint8Array, now: number): LiveMessage | undefined {
  const parsed = parseTopic(topic);
  if (!parsed) return undefined;
  if (parsed.kind === "up") {
    if (parsed.what !== "telemetry") return undefined;
    const result = parseTelemetry(payload, parsed.device, now);
    return result.ok ? { kind: "telemetry", device: parsed.device, readings: result.message.readings } : undefined;
  }
  const value = readJson(payload);
  if (parsed.kind === "presence") {
    const presence = presenceMessageSchema.safeParse(value).data;
    return presence?.device === parsed.device ? { kind: "presence", presence } : undefined;
  }
  return readLive(parsed.what, value);
}

function readLive(what: "summary" | "alerts" | "events", value: unknown): LiveMessage | undefined {
  if (what === "summary") {
    const summary = liveSummarySchema.safeParse(value).data;
    return summary && { kind: "summary", summary };
  }
  if (what === "events") {
    const event = liveEventSchema.safeParse(value).data;
    return event && { kind: "event", event };
  }
  const alert = liveAlertSchema.safeParse(value).data;
  return alert && { kind: "alert", alert };
}

function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}
