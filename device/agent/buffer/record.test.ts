import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecords, encodeRecord } from "./record";

const messages = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 1_000 }), payload: fc.uint8Array({ maxLength: 60 }) }), { maxLength: 12 })
  .map((steps) => {
    let seq = 0;
    return steps.map(({ step, payload }) => {
      seq += step;
      return { seq, payload: Buffer.from(payload) };
    });
  });

test("what was written is read back", () => {
  fc.assert(
    fc.property(messages, (written) => {
      const bytes = Buffer.concat(written.map(encodeRecord));
      expect(decodeRecords(bytes)).toEqual({ messages: written, validBytes: bytes.length });
    }),
  );
});

test("a torn tail costs the torn record only, wherever it is cut and whatever stands behind the cut", () => {
  const tail = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(80).map((length) => Buffer.alloc(length)),
  );
  fc.assert(
    fc.property(messages, fc.nat(), tail, (written, cut, garbage) => {
      const records = written.map(encodeRecord);
      const bytes = Buffer.concat(records);
      const kept = bytes.subarray(0, bytes.length === 0 ? 0 : cut % (bytes.length + 1));
      let whole = 0;
      let length = 0;
      for (const record of records) {
        if (length + record.length > kept.length) break;
        length += record.length;
        whole++;
      }
      const decoded = decodeRecords(Buffer.concat([kept, garbage]));
      // Garbage could complete the cut record only by being its very bytes.
      expect(decoded.messages.slice(0, whole)).toEqual(written.slice(0, whole));
      for (const message of decoded.messages.slice(whole)) expect(written).toContainEqual(message);
    }),
  );
});

test("zeros, as a file system leaves them after a power cut, are no records", () => {
  expect(decodeRecords(Buffer.alloc(4096))).toEqual({ messages: [], validBytes: 0 });
});

test("a number that does not rise ends the reading", () => {
  const bytes = Buffer.concat([encodeRecord({ seq: 5, payload: Buffer.from("a") }), encodeRecord({ seq: 5, payload: Buffer.from("b") })]);
  expect(decodeRecords(bytes).messages.map(({ seq }) => seq)).toEqual([5]);
  expect(decodeRecords(bytes, 5).messages).toEqual([]);
});
