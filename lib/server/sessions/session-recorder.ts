import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import type { BrokerStats } from "@/lib/domain/sessions/broker-stats";
import { DeviceLinks, type LinkEvent } from "@/lib/domain/sessions/device-links";
import type { DisconnectReason } from "@/lib/protocol/presence";
import type { Database } from "../database/client";
import { dataRefused } from "../database/data-refused";
import { beat, beginRun, endRun } from "./broker-run";
import { SessionBatch, type SessionOpening, writeSessions } from "./session-batch";
import { writeLastSeen } from "./write-last-seen";

/** Numbers of one run: a run's first number is above every number of all runs before. Exact in a JavaScript number. */
const NUMBERS_PER_RUN = 1_000_000_000;
const BEAT_MS = 2_000;
const SEEN_MS = 1_000;
const RETRY_MS = 500;
/** Gathers a herd into few writes. */
const LINGER_MS = 10;
const MOST_UNWRITTEN = 100_000;

/**
 * Keeps the record of sessions: rows, events for presence, last-seen times, the run's heartbeat. Nothing here makes the MQTT path
 * wait; while Postgres is away everything is kept in order, within bounds, and written when it is back.
 */
export class SessionRecorder {
  readonly #links = new DeviceLinks();
  #batch = new SessionBatch();
  #seen = new Map<string, number>();
  #run: number | undefined;
  #count = 0;
  #writing: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #linger: NodeJS.Timeout | undefined;
  #opened = 0;
  readonly #openByTransport = new Map<string, number>();
  readonly #endedByReason = new Map<string, number>();
  #closed = false;

  constructor(private readonly options: { node: string; database: Database; clock: Clock; log: Logger; stats: () => BrokerStats | null }) {}

  /** Begins the run; keeps trying while Postgres is away. Resolves when it has begun. */
  async start(): Promise<void> {
    const { database, clock, log } = this.options;
    while (this.#run === undefined && !this.#closed) {
      try {
        this.#run = await beginRun(database.pool, this.options.node, clock.now());
      } catch (error) {
        log.warn({ error: messageOf(error) }, "cannot begin a broker run, trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    if (this.#closed) return;
    void this.#beat();
    this.#timers = [setInterval(() => void this.#beat(), BEAT_MS), setInterval(() => void this.#writeSeen(), SEEN_MS)];
  }

  /** A number above all before. Undefined until the run has begun: nobody can be let in before. */
  admit(deviceId: string | null): number | undefined {
    if (this.#run === undefined || ++this.#count >= NUMBERS_PER_RUN) return undefined;
    const number = this.#run * NUMBERS_PER_RUN + this.#count;
    if (deviceId !== null) this.#links.enter(deviceId, number);
    return number;
  }

  opened(opening: SessionOpening): void {
    this.#opened++;
    increase(this.#openByTransport, opening.transport, 1);
    this.#batch.opened(opening);
    if (opening.deviceId !== null) {
      this.#tell(opening, this.#links.opened(opening.deviceId, opening.number), opening.connectedAt);
      this.seen(opening.deviceId, opening.connectedAt.getTime());
    }
    this.#later();
  }

  /** Also of an admitted session that never opened (`wasOpen` false): that leaves no row. */
  ended(opening: Pick<SessionOpening, "number" | "fleetId" | "deviceId" | "transport">, reason: DisconnectReason, wasOpen: boolean): void {
    const at = this.options.clock.now();
    if (wasOpen) {
      increase(this.#openByTransport, opening.transport, -1);
      increase(this.#endedByReason, reason, 1);
      this.#batch.ended(opening.number, { reason, at });
    }
    if (opening.deviceId !== null) this.#tell(opening, this.#links.left(opening.deviceId, opening.number, reason), at);
    this.#later();
  }

  /** A message of this device came. `at` in milliseconds since 1970. */
  seen(deviceId: string, at: number): void {
    this.#seen.set(deviceId, at);
  }

  counts(): BrokerStats["sessions"] {
    const byTransport = Object.fromEntries(this.#openByTransport);
    const open = Object.values(byTransport).reduce((sum, count) => sum + count, 0);
    return { open, byTransport, opened: this.#opened, endedByReason: Object.fromEntries(this.#endedByReason) };
  }

  #tell({ fleetId, deviceId }: { fleetId: string | null; deviceId: string | null }, event: LinkEvent | undefined, at: Date): void {
    // Our own end ends every session: the run says that once, for all devices.
    if (event && fleetId !== null && deviceId !== null && !this.#closed) this.#batch.events.push({ ...event, fleetId, deviceId, at });
  }

  #later(): void {
    if (this.#closed || this.#writing || this.#linger) return;
    this.#linger = setTimeout(() => {
      this.#linger = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (!this.#batch.empty) this.#later();
      });
    }, LINGER_MS);
  }

  async #write(): Promise<void> {
    const { database, log } = this.options;
    if (this.#run === undefined || this.#batch.empty) return;
    const batch = this.#batch;
    this.#batch = new SessionBatch();
    try {
      await writeSessions(database.pool, this.#run, batch);
    } catch (error) {
      if (dataRefused(error)) {
        // Every value was checked at the door: a bug of ours, which must not keep all later sessions from being written.
        log.error({ err: error, sessions: batch.rows.size }, "Postgres refused session records");
        return;
      }
      this.#batch.restore(batch);
      const dropped = this.#batch.shrink(MOST_UNWRITTEN);
      log.warn({ error: messageOf(error), waiting: this.#batch.rows.size, dropped }, "sessions not written, trying again");
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #writeSeen(): Promise<void> {
    if (this.#seen.size === 0) return;
    const seen = this.#seen;
    this.#seen = new Map();
    try {
      await writeLastSeen(this.options.database.pool, seen);
    } catch {
      // Also after a deadlock with the worker, which writes the same rows: newer times win, the rest is tried again.
      for (const [deviceId, at] of seen) if (!this.#seen.has(deviceId)) this.#seen.set(deviceId, at);
    }
  }

  async #beat(): Promise<void> {
    if (this.#run === undefined) return;
    const { database, clock, stats } = this.options;
    // The next one comes soon; a Postgres that is away is told by others.
    await beat(database.pool, this.#run, clock.now(), stats()).catch(() => {});
  }

  /** Before the connections are ended in an orderly stop: what ends from now on ends with the run. */
  closing(): void {
    this.#closed = true;
  }

  /** Writes what is left, once, and ends the run. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#linger);
    await this.#writing;
    await this.#write();
    await this.#writeSeen();
    await this.#beat();
    if (this.#run !== undefined) await endRun(this.options.database.pool, this.#run, this.options.clock.now()).catch(() => {});
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
