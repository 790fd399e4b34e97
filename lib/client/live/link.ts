import type { LiveToken } from "@/lib/domain/tokens/token-view";
import type { LinkEvent } from "./link-state";
import type { OpenWire, Wire, WireEvents } from "./wire";

export interface LinkDependencies {
  fetchToken: () => Promise<LiveToken>;
  openWire: OpenWire;
  /** Always wanted, whoever else attaches. */
  filters: readonly string[];
  onMessage: (topic: string, payload: Uint8Array) => void;
  onEvent: (event: LinkEvent) => void;
  /** Connected after a time without connection: what happened meanwhile has to be fetched. */
  onGap: () => void;
  now: () => number;
}

const BACKOFF_MS = [300, 1_000, 2_000, 4_000, 8_000, 15_000];
const CHECK_EVERY_MS = 5_000;
const QUIET_MS = 20_000;
const ANSWER_WITHIN_MS = 8_000;
/** Keep-alive answers come at least this often, also in a throttled background tab: longer means the machine slept. */
const SLEPT_MS = 90_000;

/**
 * Keeps one MQTT connection for the tab: opens it, finds out when it is dead, opens it again, and replaces it before its
 * token ends by a second one that is subscribed before the first is closed. Both deliver for a moment; the reducers ignore
 * what comes twice.
 */
export class Link {
  private readonly wanted = new Map<string, number>();
  private current: Wire | undefined;
  private opening: Promise<void> | undefined;
  private attempt = 0;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private checks: ReturnType<typeof setInterval> | undefined;
  private activeAt = 0;
  private probedAt = 0;

  constructor(private readonly dependencies: LinkDependencies) {
    for (const filter of dependencies.filters) this.wanted.set(filter, 1);
  }

  start(): void {
    this.checks = setInterval(() => this.check(), CHECK_EVERY_MS);
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.renewal);
    clearInterval(this.checks);
    this.current?.end();
    this.current = undefined;
  }

  /** Follows one more filter until the returned function is called. Several followers share a subscription. */
  attach(filter: string): () => void {
    const count = this.wanted.get(filter) ?? 0;
    this.wanted.set(filter, count + 1);
    if (count === 0) this.current?.subscribe([filter]).catch(() => undefined);
    let attached = true;
    return () => {
      if (!attached) return;
      attached = false;
      const left = (this.wanted.get(filter) ?? 1) - 1;
      if (left > 0) this.wanted.set(filter, left);
      else {
        this.wanted.delete(filter);
        this.current?.unsubscribe([filter]);
      }
    };
  }

  /** The tab became visible or the network came back: look now, not at the next turn. */
  wake(): void {
    if (this.stopped) return;
    if (this.current) {
      this.check();
      return;
    }
    this.attempt = 0;
    clearTimeout(this.timer);
    void this.open();
  }

  /** One at a time. A failed renewal leaves the old connection in place until its token ends. */
  private open(): Promise<void> {
    this.opening ??= this.tryToOpen()
      .catch(() => this.retry())
      .finally(() => {
        this.opening = undefined;
      });
    return this.opening;
  }

  private async tryToOpen(): Promise<void> {
    const token = await this.dependencies.fetchToken();
    if (this.stopped) return;
    const holder: { wire?: Wire } = {};
    const wire = await this.dependencies.openWire(token, this.eventsFor(holder));
    holder.wire = wire;
    const filters = [...this.wanted.keys()];
    try {
      await wire.subscribe(filters);
    } catch (error) {
      wire.end();
      throw error;
    }
    if (this.stopped) return wire.end();
    this.take(wire, token, filters);
  }

  private take(wire: Wire, token: LiveToken, filters: readonly string[]): void {
    const { now, onEvent, onGap } = this.dependencies;
    const old = this.current;
    this.current = wire;
    old?.end();
    this.attempt = 0;
    this.activeAt = now();
    this.probedAt = 0;
    this.settle(wire, filters);
    clearTimeout(this.renewal);
    this.renewal = setTimeout(() => void this.open(), renewIn(Date.parse(token.expiresAt) - now()));
    onEvent({ type: "connected", at: now() });
    if (!old) onGap();
  }

  /** Followers may have come and gone while the connection was being opened. */
  private settle(wire: Wire, had: readonly string[]): void {
    const missing = [...this.wanted.keys()].filter((filter) => !had.includes(filter));
    const gone = had.filter((filter) => !this.wanted.has(filter));
    if (missing.length > 0) wire.subscribe(missing).catch(() => undefined);
    wire.unsubscribe(gone);
  }

  private eventsFor(holder: { wire?: Wire }): WireEvents {
    const { dependencies } = this;
    return {
      onMessage: (topic, payload) => {
        dependencies.onMessage(topic, payload);
        dependencies.onEvent({ type: "received", at: dependencies.now() });
      },
      onActivity: () => {
        if (holder.wire === this.current) this.activeAt = dependencies.now();
      },
      onLost: () => {
        if (holder.wire !== undefined && holder.wire === this.current) this.lose(dependencies.now());
      },
    };
  }

  private lose(at: number): void {
    this.current = undefined;
    clearTimeout(this.renewal);
    this.dependencies.onEvent({ type: "lost", at });
    if (!this.opening) this.retry();
  }

  private retry(): void {
    if (this.stopped) return;
    const wait = BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)] ?? 0;
    this.attempt += 1;
    clearTimeout(this.timer);
    // A fleet of tabs must not come back in step after a broker restart.
    this.timer = setTimeout(() => void this.open(), wait * (0.75 + Math.random() / 2));
  }

  /** A socket can be dead without a word: ask, and believe only an answer. Stale since the last sign of life. */
  private check(): void {
    const wire = this.current;
    if (!wire) return;
    const now = this.dependencies.now();
    const quiet = now - this.activeAt;
    const unanswered = this.probedAt > this.activeAt && now - this.probedAt > ANSWER_WITHIN_MS;
    if (unanswered || quiet > SLEPT_MS) {
      wire.end();
      this.lose(this.activeAt);
    } else if (quiet > QUIET_MS && this.probedAt <= this.activeAt) {
      this.probedAt = now;
      wire.probe();
    }
  }
}

/** At four fifths of the token's life, and never so late that opening would not fit. */
function renewIn(lifeMs: number): number {
  return Math.max(1_000, Math.min(lifeMs * 0.8, lifeMs - 15_000));
}
