import type { StateName, Tone } from "@/components/ui/state-shapes";
import type { PlatformListener } from "@/lib/domain/platform/platform-view";

interface Mark {
  state: StateName;
  word: string;
  tone?: Tone;
}

export const PURPOSE_WORDS: Record<NonNullable<PlatformListener["purpose"]>, string> = {
  console: "Console, API and metrics (HTTP)",
  mqtt: "MQTT, plain text",
  mqtts: "MQTT over TLS",
  mqtt_ws: "MQTT over WebSocket",
  postgres: "Database",
};

/** Processes by the names of docs/architecture.md; another program keeps its own. */
export const PROCESS_WORDS: Readonly<Record<string, string>> = { web: "console", postgres: "Postgres" };

export const LISTENER_MARKS: Record<PlatformListener["verdict"], Mark> = {
  unexpected: { state: "firing", word: "Unexpected" },
  wider: { state: "firing", word: "Wider than configured" },
  expected: { state: "done", word: "As configured" },
};

export const REACH_MARKS = {
  inside: { state: "done", word: "This machine only" },
  outside: { state: "info", word: "From outside" },
} as const satisfies Record<string, Mark>;
