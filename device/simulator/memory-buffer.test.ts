import { expect, test } from "vitest";
import { MemoryBuffer } from "./memory-buffer";

const message = (seq: number) => ({ seq, payload: Buffer.from(`${seq}`), hash: `h${seq}` });

test("kept until acknowledged; the oldest go when it is full, counted", () => {
  const buffer = new MemoryBuffer({ doneThrough: 10, limit: 3 });
  for (const seq of [11, 12, 13]) buffer.add(message(seq));
  expect(buffer.read(0, 2).map(({ seq }) => seq)).toEqual([11, 12]);
  buffer.acknowledge(12);
  expect(buffer.read(0, 10).map(({ seq }) => seq)).toEqual([11, 13]);
  for (const seq of [14, 15]) buffer.add(message(seq));
  expect({ waiting: buffer.waiting, dropped: buffer.dropped }).toEqual({ waiting: 3, dropped: 1 });
  buffer.acknowledge(11);
  expect(buffer.dropped).toBe(0);
  expect(buffer.hashOf(13)).toBe("h13");
  expect(buffer.hashOf(11)).toBeUndefined();
});
