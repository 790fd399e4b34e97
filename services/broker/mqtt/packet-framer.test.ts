import fc from "fast-check";
import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { PacketFramer } from "./packet-framer";
import { ProtocolViolation } from "./violation";

const sizes = [0, 1, 5, 100, 121, 122, 123, 124, 300, 16_378, 16_379, 16_380];
const packet = (size: number) => generate({ cmd: "publish", topic: "a", payload: Buffer.alloc(size, size % 251), qos: 0, retain: false, dup: false });

test("however a stream is cut, the same packets come out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...sizes), { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom(1, 2, 3, 50, 400, 9_000), { minLength: 1 }),
      (chosen, cuts) => {
        const packets = chosen.map(packet);
        const stream = Buffer.concat(packets);
        const framer = new PacketFramer(64 * 1024);
        const out: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + (cuts[turn % cuts.length] ?? 1);
          framer.append(stream.subarray(at, end));
          at = end;
          for (let next = framer.next(); next; next = framer.next()) {
            out.push(Buffer.from(next.bytes));
            if (next.bytes.toString("latin1", next.bodyAt, next.bodyAt + 3) !== "\0\x01a") throw new Error("the body begins elsewhere");
          }
        }
        expect(framer.waitingBytes).toBe(0);
        expect(Buffer.concat(out).equals(stream)).toBe(true);
        expect(out.map(({ length }) => length)).toEqual(packets.map(({ length }) => length));
      },
    ),
    { numRuns: 100 },
  );
});

test("a packet above the limit is refused at its length, one at the limit is taken", () => {
  const framer = new PacketFramer(200);
  framer.append(Buffer.from([0x30, 0xc5, 0x01])); // 197 bytes and a header of 3
  expect(framer.next()).toBeUndefined();
  framer.append(Buffer.alloc(197));
  expect(framer.next()?.bytes.length).toBe(200);
  framer.append(Buffer.from([0x30, 0xc6, 0x01]));
  expect(() => framer.next()).toThrow(ProtocolViolation);
});

test("a length of five bytes is malformed, byte by byte as well", () => {
  const framer = new PacketFramer(1_000);
  for (const byte of [0x30, 0x80, 0x80, 0x80]) {
    framer.append(Buffer.from([byte]));
    expect(framer.next()).toBeUndefined();
  }
  framer.append(Buffer.from([0x80]));
  expect(() => framer.next()).toThrow("four bytes");
});

test("what is kept grows with what came, not with what was claimed", () => {
  const framer = new PacketFramer(64 * 1024);
  const before = process.memoryUsage().arrayBuffers;
  const framers = Array.from({ length: 2_000 }, () => {
    const one = new PacketFramer(64 * 1024);
    one.append(Buffer.from([0x10, 0xf0, 0xff, 0x03, 0, 4]));
    expect(one.next()).toBeUndefined();
    return one;
  });
  // 2,000 claims of 64 KB would be 131 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  expect(framers.concat(framer)).toHaveLength(2_001);
});
