import { expect, test } from "vitest";
import { type QueuedPacket, StoredQueue } from "./stored-queue";

const packet = (brokerCounter: number, size = 1): QueuedPacket => ({
  cmd: "publish",
  brokerCounter,
  topic: "t",
  payload: Buffer.alloc(size),
  qos: 1,
  retain: false,
  dup: false,
});
const counters = (queue: StoredQueue) => [...queue.replay()].map(({ brokerCounter }) => brokerCounter);

test("past its bounds the oldest that was never sent goes first", () => {
  const queue = new StoredQueue({ messages: 3, bytes: 1_000 });
  queue.add(packet(1));
  queue.sending({ brokerCounter: 1, messageId: 11 });
  queue.add(packet(2));
  queue.add(packet(3));
  expect(queue.add(packet(4))).toBe(1);
  expect(counters(queue)).toEqual([1, 3, 4]);
  expect(queue.add(packet(5, 999))).toBe(2);
  expect(counters(queue)).toEqual([1, 5]);
  expect(queue.bytes).toBe(1_000);
});

test("one message above the byte bound is kept, alone", () => {
  const queue = new StoredQueue({ messages: 3, bytes: 10 });
  queue.add(packet(1));
  expect(queue.add(packet(2, 50))).toBe(1);
  expect(counters(queue)).toEqual([2]);
});

test("two messages never share an id, whatever is asked for", () => {
  const queue = new StoredQueue({ messages: 10, bytes: 1_000 });
  const first = { brokerCounter: 1, messageId: 65_535 };
  const second = { brokerCounter: 2, messageId: 65_535 };
  queue.add(packet(1));
  queue.add(packet(2));
  queue.sending(first);
  queue.sending(second);
  expect([first.messageId, second.messageId]).toEqual([65_535, 1]);
  expect(queue.nextId).toBe(2);
  expect(queue.acknowledged(65_535)?.brokerCounter).toBe(1);
  expect(queue.acknowledged(65_535)).toBeUndefined();
  expect(counters(queue)).toEqual([2]);
});

test("what was sent before goes out again as a duplicate, in its old place and under its old id", () => {
  const queue = new StoredQueue({ messages: 10, bytes: 1_000 });
  for (const counter of [1, 2, 3]) queue.add(packet(counter));
  queue.sending({ brokerCounter: 2, messageId: 7 });
  expect([...queue.replay()].map(({ brokerCounter, dup, messageId }) => [brokerCounter, dup, messageId])).toEqual([
    [1, false, undefined],
    [2, true, 7],
    [3, false, undefined],
  ]);
});

test("while the queue is replayed, newer messages wait behind it and come with it", () => {
  const queue = new StoredQueue({ messages: 10, bytes: 1_000 });
  queue.add(packet(1));
  const replay = queue.replay();
  expect(replay.next().value?.brokerCounter).toBe(1);
  queue.add(packet(2));
  expect(queue.holdsBack(2)).toBe(true);
  expect(replay.next().value?.brokerCounter).toBe(2);
  expect(replay.next().done).toBe(true);
  queue.add(packet(3));
  expect(queue.holdsBack(3)).toBe(false);
  queue.sending({ brokerCounter: 3, messageId: 1 });
  expect(queue.holdsBack(3)).toBe(true);
});

test("QoS 2: after PUBREC the PUBREL waits in its place, without DUP (MQTT-3.6.1-1)", () => {
  const queue = new StoredQueue({ messages: 10, bytes: 1_000 });
  queue.add(packet(1, 500));
  queue.sending({ brokerCounter: 1, messageId: 9 });
  queue.released(9);
  expect(queue.bytes).toBe(0);
  expect([...queue.replay()]).toMatchObject([{ cmd: "pubrel", messageId: 9, dup: false }]);
  expect(queue.acknowledged(9)).toBeDefined();
  expect(queue.length).toBe(0);
});
