import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { decodeRecords, encodeRecord, type WaitingMessage } from "./record";

/** A file of records, named by the sequence number of its first one. */
export interface Segment {
  file: string;
  first: number;
  last: number;
  bytes: number;
}

const NAME = /^(\d{16})\.segment$/;

const cursorSchema = z.object({ acknowledged: z.number().int().min(0), dropped: z.number().int().min(0) });
export type Cursor = z.output<typeof cursorSchema>;

/** Finds what an earlier run left and repairs it: torn tails are cut off. `lost`: messages that damage made unreadable. */
export function recoverSegments(folder: string): { segments: Segment[]; nextSeq: number | undefined; lost: number } {
  const names = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort();
  const segments: Segment[] = [];
  let nextSeq: number | undefined;
  let lost = 0;
  let isTorn = false;
  for (const [index, name] of names.entries()) {
    const file = path.join(folder, name);
    const first = numberOf(name);
    const next = names[index + 1];
    // A power cut tears only what was not yet synced, and the next run continues with that very number. More is damage.
    if (isTorn && nextSeq !== undefined) lost += Math.max(0, first - nextSeq);
    // After a failed sync the same messages were written again, to the next file.
    const { messages, validBytes } = decodeRecords(readFileSync(file), next === undefined ? Number.POSITIVE_INFINITY : numberOf(next));
    isTorn = validBytes < statSync(file).size;
    if (isTorn) truncateSync(file, validBytes);
    nextSeq = Math.max(nextSeq ?? 0, first, (messages.at(-1)?.seq ?? 0) + 1);
    const last = messages.at(-1)?.seq;
    if (last === undefined) unlinkSync(file);
    else segments.push({ file, first, last, bytes: validBytes });
  }
  return { segments, nextSeq, lost };
}

const numberOf = (name: string) => Number(NAME.exec(name)?.[1]);

export function readSegment(segment: Segment): WaitingMessage[] {
  return decodeRecords(readFileSync(segment.file), segment.last + 1).messages;
}

/** The segment that is being written. */
export interface SegmentWriter {
  segment: Segment;
  /** Appends and syncs: when it resolves, a power cut does not take these messages any more. */
  append(messages: readonly WaitingMessage[]): Promise<void>;
  close(): Promise<void>;
}

export async function createSegment(folder: string, first: number): Promise<SegmentWriter> {
  const segment: Segment = { file: path.join(folder, `${String(first).padStart(16, "0")}.segment`), first, last: first - 1, bytes: 0 };
  const handle: FileHandle = await open(segment.file, "w", 0o600);
  syncFolder(folder);
  return {
    segment,
    async append(messages) {
      const bytes = Buffer.concat(messages.map(encodeRecord));
      let written = 0;
      while (written < bytes.length) written += (await handle.write(bytes, written, bytes.length - written, segment.bytes + written)).bytesWritten;
      await handle.datasync();
      segment.bytes += bytes.length;
      segment.last = messages.at(-1)?.seq ?? segment.last;
    },
    close: () => handle.close(),
  };
}

/** Which messages need no sending any more. Losing it costs a second sending of the same bytes, never a message. */
export function readCursor(folder: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(readFileSync(path.join(folder, "cursor.json"), "utf8")));
  } catch {
    return { acknowledged: 0, dropped: 0 };
  }
}

export function writeCursor(folder: string, cursor: Cursor): void {
  const file = path.join(folder, "cursor.json");
  writeFileSync(`${file}.new`, JSON.stringify(cursor), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** A new name is durable only after its folder was synced. Not every system can: Windows refuses to open a folder. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {}
}
