import type { Logger } from "@/lib/base/log";
import { COMMIT_BUCKETS_MS } from "@/lib/domain/sessions/broker-stats";
import type { RejectReason } from "@/lib/protocol/telemetry";
import type { Pending } from "./ingest-batch";
import { type Content, type IncomingMessage, type Keys, readMessage } from "./ingest-message";
import { IngestWriter } from "./ingest-writer";
import { TopicBound } from "./topic-bound";

/** How long the first message of a group waits for others. */
const LINGER_MS = 5;
const MESSAGES_PER_COMMIT = 2_000;
const ROWS_PER_COMMIT = 10_000;
/** Waiting for their commit; past that the door in front is closed until half of it is stored. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_MESSAGES = 50_000;
const RETRY_MS = [100, 200, 500, 1_000];

export interface IngestOptions {
  url: string;
  log: Logger;
  keys: Keys;
  /** The store is full (or has room again): nothing more should be handed over (or may be). */
  onFull: (full: boolean) => void;
}

export interface IngestCounts {
  stored: number;
  rejectedByReason: Record<string, number>;
  commits: number;
  commitMilliseconds: { sum: number; buckets: number[] };
}

/**
 * Group commit: messages gather for a few milliseconds, are committed together, and only then `done` is called, in the order
 * in which they came; it is what PUBACK waits for (finding 1). While Postgres is away nothing is answered, nothing is lost
 * of what was taken, and what is taken stays within bounds.
 */
export class Ingest {
  readonly #writer: IngestWriter;
  readonly #topics = new TopicBound();
  #queue: Pending[] = [];
  #queuedBytes = 0;
  #writingMessages = 0;
  #linger: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #full = false;
  #closed = false;
  storeUp = true;
  readonly counts: IngestCounts = {
    stored: 0,
    rejectedByReason: {},
    commits: 0,
    commitMilliseconds: { sum: 0, buckets: Array.from({ length: COMMIT_BUCKETS_MS.length + 1 }, () => 0) },
  };

  constructor(private readonly options: IngestOptions) {
    this.#writer = new IngestWriter(options);
  }

  get queuedMessages(): number {
    return this.#queue.length + this.#writingMessages;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Takes a message. `done` is called once it is committed, as measurements or as rejected; never if it is not. */
  take(message: IncomingMessage, done: Pending["done"]): void {
    this.#add(message, readMessage(message, this.options.keys), done);
  }

  /** Keeps a message that somebody else has read, and refused. `done` when it is kept. */
  reject(message: IncomingMessage, reason: RejectReason, detail: string, done: () => void): void {
    this.#add(message, { kind: "rejected", reason, detail }, done);
  }

  #add(message: IncomingMessage, content: Content, done: Pending["done"]): void {
    const topic = content.kind === "rejected" ? this.#topics.name(message.subject, message.topic, message.receivedAt) : message.topic;
    this.#queue.push({ message: { ...message, topic }, content, done });
    this.#weigh(weightOf(message));
    if (this.#running) return;
    if (this.#queue.length >= MESSAGES_PER_COMMIT) this.#run();
    else this.#linger ??= setTimeout(() => this.#run(), LINGER_MS);
  }

  #weigh(bytes: number): void {
    this.#queuedBytes += bytes;
    const share = Math.max(this.#queuedBytes / MOST_BYTES, this.queuedMessages / MOST_MESSAGES);
    const full = this.#full ? share > 0.5 : share > 1;
    if (full === this.#full) return;
    this.#full = full;
    this.options.onFull(full);
  }

  #run(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      // Something may have come between the last look at the queue and now.
      if (this.#queue.length > 0 && !this.#closed) this.#run();
    });
  }

  /** One commit at a time: what comes meanwhile is the next group. */
  async #drain(): Promise<void> {
    for (let tries = 0; this.#queue.length > 0; ) {
      const size = groupSize(this.#queue);
      const batch = this.#queue.slice(0, size);
      this.#queue = this.#queue.slice(size);
      this.#writingMessages = batch.length;
      const start = performance.now();
      try {
        await this.#writer.write(batch);
        tries = 0;
      } catch (error) {
        this.#queue = [...batch, ...this.#queue];
        this.#writingMessages = 0;
        this.#storeAway(error);
        if (this.#closed) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]));
        continue;
      }
      this.#committed(batch, performance.now() - start);
    }
  }

  #storeAway(error: unknown): void {
    const { log } = this.options;
    const message = error instanceof Error ? error.message : String(error);
    if (this.storeUp) log.error({ error: message }, "Postgres takes no measurements; nothing is acknowledged until it does");
    else log.debug({ error: message, waiting: this.#queue.length }, "Postgres still takes no measurements");
    this.storeUp = false;
  }

  #committed(batch: readonly Pending[], milliseconds: number): void {
    if (!this.storeUp) this.options.log.info({ waiting: this.#queue.length }, "Postgres takes measurements again");
    this.storeUp = true;
    this.#writingMessages = 0;
    const { counts } = this;
    counts.commits++;
    counts.commitMilliseconds.sum += milliseconds;
    const bucket = COMMIT_BUCKETS_MS.findIndex((bound) => milliseconds <= bound);
    const { buckets } = counts.commitMilliseconds;
    const index = bucket < 0 ? buckets.length - 1 : bucket;
    buckets[index] = (buckets[index] ?? 0) + 1;
    let bytes = 0;
    for (const { message, content, done } of batch) {
      bytes += weightOf(message);
      if (content.kind === "rejected") counts.rejectedByReason[content.reason] = (counts.rejectedByReason[content.reason] ?? 0) + 1;
      else counts.stored++;
      done(content.kind === "rejected" ? "rejected" : "stored");
    }
    this.#weigh(-bytes);
  }

  /** Commits what was taken, if Postgres is there, and lets go. What could not be committed was never acknowledged. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#queue.length > 0) this.#run();
    await this.#running;
    await this.#writer.close();
  }
}

/** How many of the waiting messages are committed together. */
function groupSize(queue: readonly Pending[]): number {
  let rows = 0;
  let size = 0;
  for (const { content } of queue) {
    rows += content.kind === "telemetry" ? content.readings.length : 1;
    if (size > 0 && (rows > ROWS_PER_COMMIT || size >= MESSAGES_PER_COMMIT)) break;
    size++;
  }
  return size;
}

/** Parsed readings cost more than their text; the factor is a guess on the safe side. */
function weightOf({ payload }: IncomingMessage): number {
  return 200 + payload.length * 3;
}
