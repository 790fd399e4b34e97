import type { Clock } from "@/lib/base/clock";
import type { Logger } from "@/lib/base/log";
import type { RefusalStats } from "@/lib/domain/refusals/refusal-stats";
import { isSegment } from "@/lib/protocol/segments";
import type { Database } from "../database/client";
import { dataRefused } from "../database/data-refused";
import { TopicBound } from "../telemetry/topic-bound";
import { RefusalBatch } from "./refusal-batch";
import type { RefusalEvent } from "./refusal-event";
import { writeRefusals } from "./write-refusals";

/** Gathers a flood into one write. */
const LINGER_MS = 1_000;

/**
 * Keeps what a broker refused. Counting is one look into memory, exact and bounded; nobody who is refused, or anybody else, waits
 * for the store. While Postgres is away, counts go on in the same lines.
 */
export class RefusalRecorder {
  readonly #topics = new TopicBound();
  #batch = new RefusalBatch();
  #linger: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #away = false;
  #closed = false;
  readonly stats: RefusalStats = { byReason: {}, unknown: 0, dropped: 0 };

  constructor(private readonly options: { database: Pick<Database, "pool">; clock: Clock; log: Logger }) {}

  record(event: RefusalEvent): void {
    const { byReason } = this.stats;
    byReason[event.reason] = (byReason[event.reason] ?? 0) + 1;
    const { holder, topic = "" } = event;
    const now = this.options.clock.now().getTime();
    // Neither a device nor a service can have such a name: nobody's, so there is nothing to look up.
    if ("username" in holder && !isSegment(holder.username)) this.stats.unknown++;
    else if (!this.#batch.add(event, topic === "" || "username" in holder ? topic : this.#topics.name(holder.subject, topic, now), now)) this.stats.dropped++;
    else this.#later();
  }

  #later(): void {
    if (this.#closed || this.#linger || this.#writing) return;
    this.#linger = setTimeout(() => {
      this.#linger = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#batch.lines.size > 0) this.#later();
      });
    }, LINGER_MS).unref();
  }

  async #write(): Promise<void> {
    const batch = this.#batch;
    if (batch.lines.size === 0) return;
    this.#batch = new RefusalBatch();
    const { database, log } = this.options;
    const lines = [...batch.lines.values()];
    const given = lines.reduce((sum, { count }) => sum + count, 0);
    try {
      this.stats.unknown += given - (await writeRefusals(database.pool, lines));
      this.#away = false;
    } catch (error) {
      if (dataRefused(error)) {
        // Every value was made storable: a bug of ours, or a fleet that was removed this moment. It must not hold up all others.
        log.error({ err: error, lines: lines.length }, "Postgres refused refusals");
        this.stats.dropped += given;
        return;
      }
      if (!this.#away) log.warn({ error: error instanceof Error ? error.message : String(error) }, "refusals not written, trying again");
      this.#away = true;
      const newer = this.#batch;
      this.#batch = batch;
      this.stats.dropped += batch.restore(newer);
    }
  }

  /** Writes what waits, once. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#linger);
    await this.#writing;
    await this.#write();
  }
}
