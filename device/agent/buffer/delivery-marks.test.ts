import { expect, test } from "vitest";
import { DeliveryMarks } from "./delivery-marks";

test("acknowledgements out of order: done through the oldest that is open", () => {
  const marks = new DeliveryMarks(10);
  for (const seq of [11, 12, 15]) marks.handOut(seq);
  expect(marks.acknowledge(12)).toBe("done");
  expect(marks.doneThrough).toBe(10);
  expect(marks.isDone(12)).toBe(true);
  expect(marks.acknowledge(11)).toBe("done");
  expect(marks.doneThrough).toBe(12);
  expect(marks.acknowledge(15)).toBe("done");
  expect(marks.doneThrough).toBe(15);
});

test("handed out again after a reconnect: counted once", () => {
  const marks = new DeliveryMarks(0);
  marks.handOut(1);
  marks.handOut(1);
  expect(marks.acknowledge(1)).toBe("done");
  expect(marks.acknowledge(1)).toBe("unknown");
  expect(marks.acknowledge(7)).toBe("unknown");
});

test("given up in flight, and yet it arrives", () => {
  const marks = new DeliveryMarks(0);
  marks.handOut(1);
  marks.handOut(2);
  marks.giveUp(1);
  expect(marks.doneThrough).toBe(1);
  expect(marks.acknowledge(1)).toBe("given_up");
  expect(marks.acknowledge(1)).toBe("unknown");
  marks.giveUp(9);
  expect(marks.acknowledge(2)).toBe("done");
});
