import type { Reading } from "@/lib/protocol/telemetry";
import { applyMessages, emptyLive, type LiveState } from "./live-state";
import type { LiveMessage } from "./read-message";

type TelemetryListener = (readings: readonly Reading[]) => void;

/**
 * Live data outside React: messages of one frame are applied together and listeners are told once, however many came.
 * While paused the newest state is kept aside and what comes is counted.
 */
export class LiveStore {
  private shown = emptyLive;
  private newest = emptyLive;
  private queue: LiveMessage[] = [];
  private scheduled = false;
  private paused = false;
  private waiting = 0;
  private readonly listeners = new Set<() => void>();
  private readonly telemetry = new Map<string, Set<TelemetryListener>>();

  /** `schedule` runs its callback at the next frame; `onWaiting` hears how many messages a pause holds back. */
  constructor(
    private readonly schedule: (flush: () => void) => void,
    private readonly onWaiting: (count: number) => void,
  ) {}

  readonly state = (): LiveState => this.shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Readings of one device, a frame's worth at a time; not while paused. */
  onTelemetry(device: string, listener: TelemetryListener): () => void {
    const known = this.telemetry.get(device) ?? new Set();
    this.telemetry.set(device, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0) this.telemetry.delete(device);
    };
  }

  push(message: LiveMessage): void {
    this.queue.push(message);
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => this.flush());
  }

  pause(): void {
    this.paused = true;
    this.waiting = 0;
  }

  /** Shows the newest state. Readings that came meanwhile are not replayed: their chart fetches the range again. */
  resume(): void {
    this.paused = false;
    this.show();
  }

  reset(): void {
    this.queue = [];
    this.newest = emptyLive;
    this.paused = false;
    this.show();
  }

  private flush(): void {
    const messages = this.queue;
    this.queue = [];
    this.scheduled = false;
    this.newest = applyMessages(this.newest, messages);
    if (this.paused) {
      this.waiting += messages.length;
      this.onWaiting(this.waiting);
      return;
    }
    this.show();
    this.deliver(messages);
  }

  private show(): void {
    if (this.shown === this.newest) return;
    this.shown = this.newest;
    for (const listener of this.listeners) listener();
  }

  private deliver(messages: readonly LiveMessage[]): void {
    if (this.telemetry.size === 0) return;
    const batches = new Map<string, Reading[]>();
    for (const message of messages) {
      if (message.kind !== "telemetry" || !this.telemetry.has(message.device)) continue;
      const batch = batches.get(message.device);
      if (batch) batch.push(...message.readings);
      else batches.set(message.device, [...message.readings]);
    }
    for (const [device, readings] of batches) for (const listener of this.telemetry.get(device) ?? []) listener(readings);
  }
}
