import type { LiveToken } from "@/lib/domain/tokens/token-view";

/** One open MQTT connection, as much of it as the live link needs. */
export interface Wire {
  /** Resolves when the broker has confirmed all of them; rejects when it refused one. */
  subscribe(filters: readonly string[]): Promise<void>;
  unsubscribe(filters: readonly string[]): void;
  /** Asks the broker for a sign of life. */
  probe(): void;
  end(): void;
}

export interface WireEvents {
  onMessage(topic: string, payload: Uint8Array): void;
  /** Any packet at all. */
  onActivity(): void;
  /** At most once, never before `OpenWire` resolved, never after `end`. */
  onLost(): void;
}

/** Resolves after CONNACK; rejects when the connection was refused or cut before. */
export type OpenWire = (token: LiveToken, events: WireEvents) => Promise<Wire>;
