import { Duplex } from "node:stream";
import { generate } from "mqtt-packet";
import { expect, test } from "vitest";
import { LIMITS } from "@/lib/protocol/limits";
import type { DisconnectReason } from "@/lib/protocol/presence";
import { Connection } from "./connection";
import { Flow } from "./flow";
import { PacketFramer } from "./mqtt/packet-framer";
import type { Session } from "./policy";

/** A network that can be told to take nothing. */
class Network extends Duplex {
  taking = true;
  written = 0;
  override _read() {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.written += chunk.length;
    if (this.taking) done();
  }
}

function connected({ keepAliveSeconds = 10, endsAt }: { keepAliveSeconds?: number; endsAt?: number } = {}) {
  const ends: DisconnectReason[] = [];
  const session = {
    clientId: "c",
    owner: "o",
    maxQos: 1,
    maxSubscriptions: 9,
    endsAt,
    opened() {},
    ended: (reason: DisconnectReason) => ends.push(reason),
  } as unknown as Session;
  const network = new Network();
  const framer = new PacketFramer(LIMITS.packetBytes);
  const flow = new Flow();
  const connection = new Connection(network, Buffer.from([0x10, 0]), { session, framer, keepAliveSeconds, sessionPresent: false, flow, onViolation() {} });
  connection.read();
  connection.open();
  return { connection, network, ends, flow, now: performance.now() };
}
const publish = (payload: Buffer | string) => generate({ cmd: "publish", topic: "t", payload, qos: 0, retain: false, dup: false });
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("keep-alive ends at one and a half times, counted from the last packet", async () => {
  const { connection, network, ends, now } = connected();
  connection.tick(now + 14_000, 0, 0);
  network.push(generate({ cmd: "pingreq" }));
  await turn();
  connection.tick(performance.now() + 14_900, 0, 0);
  expect(ends).toEqual([]);
  connection.tick(performance.now() + 15_100, 0, 0);
  expect(ends).toEqual(["MQTT_KEEP_ALIVE_TIMEOUT"]);
});

test("time in which this process was away does not count", () => {
  const { connection, ends, now } = connected();
  connection.tick(now + 60_000, 0, 59_000);
  expect(ends).toEqual([]);
});

test("PINGREQ is answered here and never handed on", async () => {
  const { connection, network } = connected();
  network.push(generate({ cmd: "pingreq" }));
  await turn();
  expect([network.written, connection.read()]).toEqual([2, null]);
});

test("a subscriber that takes nothing is cut when its time is over, one that takes a little is not", async () => {
  const { connection, network, ends } = connected({ keepAliveSeconds: 0 });
  network.taking = false;
  connection.write(publish(Buffer.alloc(100_000)));
  await turn();
  connection.tick(performance.now() + LIMITS.stalledSubscriberMs - 100, 0, 0);
  expect(ends).toEqual([]);
  connection.tick(performance.now() + LIMITS.stalledSubscriberMs + 100, 0, 0);
  expect(ends).toEqual(["THROTTLED"]);
});

test("a session ends at the time its token says", () => {
  const { connection, ends, now } = connected({ endsAt: 1_000 });
  connection.tick(now, 999, 0);
  expect(ends).toEqual([]);
  connection.tick(now, 1_000, 0);
  expect(ends).toEqual(["TOKEN_EXPIRED"]);
});

test("while the store is full nothing is handed over, reading stops at the bound, and all comes later in order", async () => {
  const { connection, network, flow } = connected();
  flow.setFull(true);
  const sent = Array.from({ length: 40 }, (_, index) => publish(Buffer.alloc(10_000, index)));
  const size = sent[0]?.length ?? 0;
  for (const bytes of sent) network.push(bytes);
  await turn();
  expect(connection.read()).toBeNull();
  expect(flow.heldBytes).toBeGreaterThanOrEqual(LIMITS.heldBytes);
  expect(flow.heldBytes).toBeLessThan(LIMITS.heldBytes + 2 * 10_100);
  expect(network.isPaused()).toBe(true);
  flow.setFull(false);
  const out: Buffer[] = [];
  connection.on("readable", () => {
    for (let bytes = connection.read(); bytes; bytes = connection.read()) {
      out.push(bytes);
      for (let i = 0; i < bytes.length / size; i++) connection.settled(10_001);
    }
  });
  await expect.poll(() => Buffer.concat(out).length).toBe(Buffer.concat(sent).length);
  expect(Buffer.concat(out).equals(Buffer.concat(sent))).toBe(true);
  expect(flow.heldBytes).toBe(0);
});

test("how it ended is told once, by what happened first", async () => {
  const clean = connected();
  clean.network.push(generate({ cmd: "disconnect" }));
  clean.network.push(null);
  clean.network.destroy();
  await turn();
  clean.connection.cut("TOKEN_REVOKED");
  expect(clean.ends).toEqual(["CLIENT_INITIATED_DISCONNECT"]);

  const lost = connected();
  lost.network.destroy();
  await turn();
  expect(lost.ends).toEqual(["CONNECTION_LOST"]);

  const bad = connected();
  bad.network.push(Buffer.from([0xf0, 0]));
  await turn();
  expect(bad.ends).toEqual(["CLIENT_ERROR"]);
});
