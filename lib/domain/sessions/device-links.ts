import type { DisconnectReason } from "@/lib/protocol/presence";

/** What the presence machine is told. `sessionNumber` is the newest one it knows of, so that it never looks old to it. */
export interface LinkEvent {
  kind: "connected" | "disconnected";
  sessionNumber: number;
  reason: DisconnectReason | null;
}

interface Link {
  open: Set<number>;
  /** Highest number told as connected; 0 for none. */
  told: number;
}

/**
 * Several sessions of one device may be open at once: a second client with an assigned id, or a take-over while the old one
 * goes. The device is connected while any of them is; only the end of the last one is news.
 */
export class DeviceLinks {
  readonly #links = new Map<string, Link>();

  /** A session was admitted; from here on it keeps its device linked. */
  enter(deviceId: string, number: number): void {
    const link = this.#links.get(deviceId) ?? { open: new Set(), told: 0 };
    link.open.add(number);
    this.#links.set(deviceId, link);
  }

  /** It is connected now. */
  opened(deviceId: string, number: number): LinkEvent {
    const link = this.#links.get(deviceId);
    if (link) link.told = Math.max(link.told, number);
    return { kind: "connected", sessionNumber: number, reason: null };
  }

  /** It ended, whether it was connected before or not. Undefined when the device is still linked, or was never told to be. */
  left(deviceId: string, number: number, reason: DisconnectReason): LinkEvent | undefined {
    const link = this.#links.get(deviceId);
    if (!link?.open.delete(number) || link.open.size > 0) return undefined;
    this.#links.delete(deviceId);
    return link.told === 0 ? undefined : { kind: "disconnected", sessionNumber: link.told, reason };
  }
}
