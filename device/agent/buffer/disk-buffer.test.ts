import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { SallyportError } from "@/lib/base/errors";
import { eventually } from "@/lib/testing/eventually";
import { DiskBuffer, type DiskBufferOptions } from "./disk-buffer";

vi.setConfig({ testTimeout: 30_000 });

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sp-buffer-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function openBuffer(folder: string, options: Partial<DiskBufferOptions> = {}): DiskBuffer {
  const buffer = new DiskBuffer({ folder, firstSeq: 1, ...options });
  onTestFinished(() => buffer.close());
  return buffer;
}

const text = (seq: number) => Buffer.from(`message ${seq}`);
const seqs = (messages: readonly { seq: number }[]) => messages.map(({ seq }) => seq);
const appendMany = (buffer: DiskBuffer, count: number) => Promise.all(Array.from({ length: count }, () => buffer.append(text)));

test("messages come out in order, the same bytes every time, until they are acknowledged", async () => {
  const buffer = openBuffer(temporaryFolder());
  expect(await appendMany(buffer, 5)).toEqual([1, 2, 3, 4, 5]);
  expect(seqs(buffer.read(0, 3))).toEqual([1, 2, 3]);
  expect(seqs(buffer.read(3, 10))).toEqual([4, 5]);
  buffer.acknowledge(2);
  expect(seqs(buffer.read(0, 10))).toEqual([1, 3, 4, 5]);
  expect(buffer.read(0, 1)[0]?.payload.toString()).toBe("message 1");
  expect(buffer.waiting).toBe(4);
});

test("what waits survives a restart, what was acknowledged does not come back, numbers go on", async () => {
  const folder = temporaryFolder();
  const first = openBuffer(folder, { segmentBytes: 60 });
  await appendMany(first, 10);
  for (const { seq } of first.read(0, 4)) first.acknowledge(seq);
  await first.close();
  const second = openBuffer(folder, { segmentBytes: 60 });
  expect(second.waiting).toBe(6);
  expect(seqs(second.read(0, 100))).toEqual([5, 6, 7, 8, 9, 10]);
  expect(await second.append(text)).toBe(11);
});

test("an empty buffer keeps its number over a restart", async () => {
  const folder = temporaryFolder();
  const first = openBuffer(folder, { segmentBytes: 40 });
  for (let i = 0; i < 5; i++) await first.append(text);
  for (const { seq } of first.read(0, 100)) first.acknowledge(seq);
  expect(first.waiting).toBe(0);
  expect(readdirSync(folder).filter((name) => name.endsWith(".segment"))).toHaveLength(1);
  await first.close();
  rmSync(path.join(folder, "cursor.json"));
  expect(await openBuffer(folder).append(text)).toBe(6);
});

test("a new folder begins above every number of the one that was lost", async () => {
  const before = Date.now();
  const buffer = new DiskBuffer({ folder: temporaryFolder() });
  expect(await buffer.append(text)).toBeGreaterThanOrEqual(before);
  await buffer.close();
});

test("full: the oldest go, counted and told", async () => {
  const onDropped = vi.fn();
  const buffer = openBuffer(temporaryFolder(), { maxBytes: 1_000, segmentBytes: 100, onDropped });
  for (let i = 0; i < 100; i++) await buffer.append(text);
  expect(buffer.dropped).toBeGreaterThan(0);
  expect(buffer.dropped + buffer.waiting).toBe(100);
  expect(onDropped.mock.calls.reduce((sum, [count]) => sum + count, 0)).toBe(buffer.dropped);
  expect(seqs(buffer.read(0, 1_000))).toEqual(Array.from({ length: buffer.waiting }, (_, index) => buffer.dropped + index + 1));
});

test("dropped while in flight, and yet acknowledged: not counted as lost", async () => {
  const buffer = openBuffer(temporaryFolder(), { maxBytes: 400, segmentBytes: 100 });
  await buffer.append(text);
  expect(seqs(buffer.read(0, 1))).toEqual([1]);
  for (let i = 0; i < 30; i++) await buffer.append(text);
  const dropped = buffer.dropped;
  expect(dropped).toBeGreaterThan(1);
  buffer.acknowledge(1);
  expect(buffer.dropped).toBe(dropped - 1);
  expect(buffer.dropped + buffer.waiting + 1).toBe(31);
});

test("the number of dropped messages survives a restart", async () => {
  const folder = temporaryFolder();
  const options = { maxBytes: 400, segmentBytes: 100 };
  const first = openBuffer(folder, options);
  for (let i = 0; i < 50; i++) await first.append(text);
  const { dropped, waiting } = first;
  await first.close();
  const second = openBuffer(folder, options);
  expect({ dropped: second.dropped, waiting: second.waiting }).toEqual({ dropped, waiting });
});

test("damage in an old segment: what it took is counted once, the rest is sent", async () => {
  const folder = temporaryFolder();
  const first = openBuffer(folder, { segmentBytes: 100 });
  for (let i = 0; i < 20; i++) await first.append(text);
  await first.close();
  const oldest = path.join(folder, readdirSync(folder).filter((name) => name.endsWith(".segment"))[0] ?? "");
  truncateSync(oldest, statSync(oldest).size - 3);
  const second = openBuffer(folder);
  expect(second.dropped).toBe(1);
  expect(second.waiting).toBe(19);
  await second.close();
  expect(openBuffer(folder).dropped).toBe(1);
});

test("the disk refuses: messages are sent from memory, and written when it works again", async () => {
  const folder = temporaryFolder();
  const onDiskError = vi.fn();
  const buffer = openBuffer(folder, { segmentBytes: 30, retryMs: 5, memoryMessages: 3, onDiskError });
  await appendMany(buffer, 2);
  renameSync(folder, `${folder}.away`);
  await appendMany(buffer, 2);
  await buffer.append(text);
  expect(onDiskError).toHaveBeenCalledWith(expect.any(Error));
  renameSync(`${folder}.away`, folder);
  await eventually(() => expect(onDiskError).toHaveBeenLastCalledWith(undefined));
  expect(seqs(buffer.read(0, 10))).toEqual([1, 2, 3, 4, 5]);
  await buffer.close();
  expect(openBuffer(folder).waiting).toBe(5);
});

test("the disk refuses for long: memory is bounded, the oldest of it go, counted", async () => {
  const folder = temporaryFolder();
  const buffer = openBuffer(folder, { segmentBytes: 20, retryMs: 60_000, memoryMessages: 3 });
  await buffer.append(text);
  renameSync(folder, `${folder}.away`);
  onTestFinished(() => renameSync(`${folder}.away`, folder));
  for (let i = 0; i < 8; i++) await buffer.append(text);
  expect({ dropped: buffer.dropped, waiting: buffer.waiting }).toEqual({ dropped: 5, waiting: 4 });
  expect(seqs(buffer.read(6, 10))).toEqual([7, 8, 9]);
});

test("one process per folder; a lock that nobody holds is no obstacle", async () => {
  const folder = temporaryFolder();
  const first = openBuffer(folder);
  expect(() => new DiskBuffer({ folder })).toThrow(SallyportError);
  await first.close();
  writeFileSync(path.join(folder, "lock"), "999999999 12345");
  await openBuffer(folder).close();
  writeFileSync(path.join(folder, "lock"), `${process.pid} 1`);
  await openBuffer(folder).close();
});

test("a folder that cannot be used is named, and a closed buffer takes nothing", async () => {
  const file = path.join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(() => new DiskBuffer({ folder: path.join(file, "buffer") })).toThrow(/cannot be used/);
  const buffer = openBuffer(temporaryFolder());
  await buffer.close();
  await expect(buffer.append(text)).rejects.toMatchObject({ code: "unavailable" });
});

/** One step of a device's life. `crash` is a power cut: nothing is closed, unsynced bytes are torn, the cursor may be an old one. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant("send" as const), count: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant("acknowledge" as const), picks: fc.array(fc.nat(20), { maxLength: 6 }) }),
    fc.record({
      kind: fc.constant("crash" as const),
      torn: fc.uint8Array({ maxLength: 50 }),
      unsynced: fc.nat(4),
      cursor: fc.constantFrom("kept", "old", "gone"),
    }),
  ),
  { maxLength: 25 },
);

test("power cuts: nothing that was synced is lost, nothing invented, no number is used twice", { timeout: 120_000 }, async () => {
  const root = temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (life) => {
      let folder = path.join(root, `${++run}`);
      const open = () => new DiskBuffer({ folder, firstSeq: 1, segmentBytes: 90 });
      let buffer = open();
      const synced = new Map<number, string>();
      const sent = new Set<number>();
      const acknowledged = new Set<number>();
      const payloadOf = (seq: number) => Buffer.from(`${run}/${seq}/${Math.random()}`);
      const append = async () => {
        let payload = "";
        const seq = await buffer.append((number) => {
          const bytes = payloadOf(number);
          payload = bytes.toString();
          return bytes;
        });
        expect(sent.has(seq)).toBe(false);
        synced.set(seq, payload);
      };
      const check = () => {
        const waiting = buffer.read(0, 10_000);
        const numbers = seqs(waiting);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const { seq, payload } of waiting) if (synced.has(seq)) expect(payload.toString()).toBe(synced.get(seq));
        for (const seq of synced.keys()) if (!acknowledged.has(seq)) expect(numbers).toContain(seq);
        for (const { seq, payload } of waiting) synced.set(seq, payload.toString());
        for (const seq of numbers) sent.add(seq);
      };
      for (const step of life) {
        if (step.kind === "append") await Promise.all(Array.from({ length: step.count }, append));
        else if (step.kind === "send") for (const { seq } of buffer.read(0, step.count)) sent.add(seq);
        else if (step.kind === "acknowledge") {
          const open = [...sent].filter((seq) => !acknowledged.has(seq));
          for (const pick of step.picks) {
            const seq = open[pick % Math.max(1, open.length)];
            if (seq === undefined) continue;
            buffer.acknowledge(seq);
            acknowledged.add(seq);
          }
        } else {
          for (let i = 0; i < step.unsynced; i++) void buffer.append(payloadOf);
          const copy = path.join(root, `${run}-${Math.random()}`);
          cpSync(folder, copy, {
            recursive: true,
            filter: (source) => !source.endsWith("lock") && (step.cursor === "kept" || !source.endsWith("cursor.json")),
          });
          await buffer.close();
          if (step.cursor === "old" && existsSync(path.join(folder, "cursor.json")))
            writeFileSync(path.join(copy, "cursor.json"), '{"acknowledged":0,"dropped":0}');
          const newest = readdirSync(copy)
            .filter((name) => name.endsWith(".segment"))
            .at(-1);
          if (newest) appendFileSync(path.join(copy, newest), step.torn);
          folder = copy;
          buffer = open();
          check();
        }
      }
      check();
      await buffer.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
});
