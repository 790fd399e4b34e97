import { unlinkSync } from "node:fs";
import { SallyportError } from "@/lib/base/errors";
import { DeliveryMarks } from "./delivery-marks";
import { claimFolder } from "./folder-lock";
import type { OutgoingBuffer } from "./outgoing-buffer";
import type { WaitingMessage } from "./record";
import { createSegment, readCursor, readSegment, recoverSegments, type Segment, type SegmentWriter, writeCursor } from "./segment-files";

export interface DiskBufferOptions {
  folder: string;
  /** Room on disk. When it is full, the oldest segment goes, counted. Default 64 MiB. */
  maxBytes?: number;
  segmentBytes?: number;
  /** Messages kept in memory while the disk refuses them. */
  memoryMessages?: number;
  retryMs?: number;
  /** First number of a folder that is new; must be above any that this device ever used. Default: the clock, in ms. */
  firstSeq?: number;
  /** New messages can be read. */
  onReadable?: () => void;
  /** Messages were given up unsent, for want of room or because the disk lost them. */
  onDropped?: (count: number) => void;
  /** The disk refuses to write (undefined: it works again). Messages are then kept in memory only. */
  onDiskError?: (error: Error | undefined) => void;
}

interface Pending {
  message: WaitingMessage;
  done: (seq: number) => void;
}

/**
 * Messages on their way to the broker, in segment files. A message may be sent only when it is synced, so no sequence number
 * that was ever on the wire is given out twice, and it leaves only by `acknowledge`. All numbers are messages of one device.
 */
export class DiskBuffer implements OutgoingBuffer {
  readonly #options: Required<Omit<DiskBufferOptions, "firstSeq">>;
  readonly #unlock: () => void;
  readonly #segments: Segment[];
  #writer: SegmentWriter | undefined;
  /** Messages of the segment being written; older segments are read from disk, one at a time. */
  #tail: WaitingMessage[] = [];
  #page: { segment: Segment; messages: WaitingMessage[] } | undefined;
  #pending: Pending[] = [];
  #flushing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #diskFails = false;
  #closed = false;
  #nextSeq: number;
  readonly #marks: DeliveryMarks;
  #waiting = 0;
  #dropped: number;
  #cursorTimer: NodeJS.Timeout | undefined;

  constructor(options: DiskBufferOptions) {
    const maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#options = {
      memoryMessages: 1_000,
      retryMs: 1_000,
      onReadable: () => {},
      onDropped: () => {},
      onDiskError: () => {},
      ...options,
      maxBytes,
      segmentBytes: Math.min(options.segmentBytes ?? 256 * 1024, Math.ceil(maxBytes / 4)),
    };
    this.#unlock = claimFolder(options.folder);
    const cursor = readCursor(options.folder);
    const found = recoverSegments(options.folder);
    this.#segments = found.segments;
    this.#marks = new DeliveryMarks(cursor.acknowledged);
    this.#dropped = cursor.dropped + found.lost;
    const isNew = found.nextSeq === undefined && cursor.acknowledged === 0;
    this.#nextSeq = isNew ? (options.firstSeq ?? Date.now()) : Math.max(found.nextSeq ?? 1, cursor.acknowledged + 1);
    for (const segment of found.segments) {
      if (segment.last <= cursor.acknowledged) continue;
      this.#waiting += readSegment(segment).filter(({ seq }) => seq > cursor.acknowledged).length;
    }
    if (found.lost > 0) this.#saveCursor();
    this.#removeDoneSegments();
  }

  /** Messages that wait for their acknowledgement, in flight or not. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Messages given up since the folder was made. */
  get dropped(): number {
    return this.#dropped;
  }

  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** Gives the message its sequence number and resolves with it when it is synced (or, while the disk refuses, kept in memory). */
  append(payloadOf: (seq: number) => Uint8Array): Promise<number> {
    if (this.#closed) return Promise.reject(new SallyportError("unavailable", "The buffer is closed."));
    const seq = this.#nextSeq;
    const payload = payloadOf(seq);
    this.#nextSeq++;
    this.#waiting++;
    return new Promise((done) => {
      this.#pending.push({ message: { seq, payload }, done });
      if (this.#diskFails) this.#keepInMemory();
      else this.#flushing ??= this.#flush();
    });
  }

  read(after: number, limit: number): readonly WaitingMessage[] {
    const from = Math.max(after, this.#marks.doneThrough);
    const found: WaitingMessage[] = [];
    const take = (messages: readonly WaitingMessage[]) => {
      for (let index = firstAfter(messages, from); index < messages.length && found.length < limit; index++) {
        const message = messages[index];
        if (message && !this.#marks.isDone(message.seq)) found.push(message);
      }
    };
    for (const segment of this.#segments) {
      if (found.length >= limit) break;
      if (segment.last > from) take(this.#messagesOf(segment));
    }
    if (this.#diskFails && found.length < limit) take(this.#pending.map(({ message }) => message));
    for (const { seq } of found) this.#marks.handOut(seq);
    return found;
  }

  acknowledge(seq: number): void {
    const outcome = this.#marks.acknowledge(seq);
    if (outcome === "unknown") return;
    if (outcome === "given_up") this.#dropped--;
    else this.#waiting--;
    if (this.#diskFails && !this.#flushing) this.#pending = this.#pending.filter(({ message }) => !this.#marks.isDone(message.seq));
    this.#removeDoneSegments();
    this.#scheduleCursor();
  }

  /** Writes what is still in memory and lets the folder go. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#cursorTimer);
    if (this.#pending.length > 0) this.#flushing ??= this.#flush();
    await this.#flushing;
    await this.#writer?.close().catch(() => {});
    try {
      this.#saveCursor();
    } catch {}
    this.#unlock();
  }

  /** Everything that came while one sync was under way goes with the next: one sync for many messages in a burst. */
  async #flush(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = [...this.#pending];
      try {
        await this.#write(batch.map(({ message }) => message));
      } catch (error) {
        this.#flushing = undefined;
        this.#diskFailed(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      this.#pending.splice(0, batch.length);
      if (this.#diskFails) this.#options.onDiskError(undefined);
      this.#diskFails = false;
      for (const { message, done } of batch) done(message.seq);
      this.#makeRoom();
      this.#options.onReadable();
    }
    this.#flushing = undefined;
  }

  async #write(messages: readonly WaitingMessage[]): Promise<void> {
    if (this.#writer && this.#writer.segment.bytes >= this.#options.segmentBytes) await this.#endSegment();
    const first = messages[0];
    if (!first) return;
    if (!this.#writer) {
      this.#writer = await createSegment(this.#options.folder, first.seq);
      this.#tail = [];
      this.#segments.push(this.#writer.segment);
    }
    await this.#writer.append(messages);
    this.#tail.push(...messages);
  }

  async #endSegment(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }

  #diskFailed(error: Error): void {
    const isNews = !this.#diskFails;
    this.#diskFails = true;
    // What was half written is left to the next start as a torn tail; the next attempt begins a new file.
    const writer = this.#writer;
    this.#writer = undefined;
    void writer?.close().catch(() => {});
    if (writer && writer.segment.last < writer.segment.first) this.#segments.splice(this.#segments.indexOf(writer.segment), 1);
    if (isNews) this.#options.onDiskError(error);
    this.#keepInMemory();
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#flushing ??= this.#flush();
    }, this.#options.retryMs);
  }

  #keepInMemory(): void {
    for (const { message, done } of this.#pending) done(message.seq);
    if (!this.#flushing) {
      const tooMany = this.#pending.length - this.#options.memoryMessages;
      if (tooMany > 0) this.#giveUp(this.#pending.splice(0, tooMany).map(({ message }) => message));
    }
    this.#options.onReadable();
  }

  #makeRoom(): void {
    let total = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    while (total > this.#options.maxBytes && this.#segments.length > 1) {
      const oldest = this.#segments[0];
      if (!oldest || oldest === this.#writer?.segment) return;
      const messages = this.#messagesOf(oldest);
      this.#segments.shift();
      this.#giveUp(messages);
      total -= oldest.bytes;
      unlinkSync(oldest.file);
    }
  }

  #giveUp(messages: readonly WaitingMessage[]): void {
    const open = messages.filter(({ seq }) => !this.#marks.isDone(seq));
    if (open.length === 0) return;
    for (const { seq } of open) this.#marks.giveUp(seq);
    this.#waiting -= open.length;
    this.#dropped += open.length;
    this.#scheduleCursor();
    this.#options.onDropped(open.length);
  }

  #messagesOf(segment: Segment): WaitingMessage[] {
    if (segment === this.#writer?.segment) return this.#tail;
    if (this.#page?.segment !== segment) this.#page = { segment, messages: readSegment(segment) };
    return this.#page.messages;
  }

  /** The newest segment stays although all of it is done: it carries the sequence number over a power cut. */
  #removeDoneSegments(): void {
    for (let oldest = this.#segments[0]; oldest && this.#segments.length > 1 && oldest.last <= this.#marks.doneThrough; oldest = this.#segments[0]) {
      if (oldest === this.#writer?.segment) return;
      this.#segments.shift();
      unlinkSync(oldest.file);
    }
  }

  #scheduleCursor(): void {
    if (this.#closed) return;
    this.#cursorTimer ??= setTimeout(() => {
      this.#cursorTimer = undefined;
      try {
        this.#saveCursor();
      } catch {
        // A full disk: the next one is tried with the next acknowledgement.
      }
    }, 500);
    this.#cursorTimer.unref();
  }

  #saveCursor(): void {
    writeCursor(this.#options.folder, { acknowledged: this.#marks.doneThrough, dropped: this.#dropped });
  }
}

/** Index of the first message with a number above `seq`; messages rise. */
function firstAfter(messages: readonly WaitingMessage[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
